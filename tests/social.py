"""The least a python-social-auth backend needs to run outside Django: a strategy and a storage in memory."""

import time
from typing import Any, ClassVar

from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.storage import AssociationMixin, BaseStorage, NonceMixin, UserMixin
from social_core.strategy import BaseStrategy

Claims = dict[str, Any]


class MemoryNonces(NonceMixin):
    """States, each usable once."""

    open: ClassVar[set[tuple[str, int, str]]] = set()

    @classmethod
    def use(cls, server_url: str, timestamp: int, salt: str) -> bool:
        cls.open.add((server_url, timestamp, salt))
        return True

    @classmethod
    def consume(cls, server_url: str, timestamp: int, salt: str) -> bool:
        known = (server_url, timestamp, salt) in cls.open
        cls.open.discard((server_url, timestamp, salt))
        return known


class MemoryAssociation:
    def __init__(self, number: int, given: Any) -> None:
        self.id = number
        self.handle = given.handle
        self.assoc_type = given.assoc_type
        self.issued = given.issued
        self.lifetime = given.lifetime

    def is_expired(self, now: int | None = None) -> bool:
        return bool((now or int(time.time())) >= self.issued + self.lifetime)


class MemoryAssociations(AssociationMixin):
    """Nonces, as the OpenID Connect backend keeps them."""

    rows: ClassVar[list[MemoryAssociation]] = []

    @classmethod
    def store(cls, server_url: str, association: Any) -> None:
        cls.rows.append(MemoryAssociation(len(cls.rows) + 1, association))

    @classmethod
    def get(cls, server_url: str | None = None, handle: str | None = None) -> list[MemoryAssociation]:
        return [row for row in cls.rows if handle in (None, row.handle)]

    @classmethod
    def remove(cls, ids_to_delete: list[int]) -> None:
        cls.rows[:] = [row for row in cls.rows if row.id not in ids_to_delete]


class MemoryStorage(BaseStorage):
    user = UserMixin
    nonce = MemoryNonces
    association = MemoryAssociations


class MemoryStrategy(BaseStrategy[Any]):
    """One browser's session and one request at a time."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = {"SOCIAL_AUTH_PIPELINE": ["tests.social.signed_in"], **settings}
        self.session: dict[str, Any] = {}
        self.request: dict[str, str] = {}
        super().__init__(MemoryStorage)

    def get_setting(self, name: str) -> Any:
        return self.settings[name]

    def get_request_data(self, merge: bool = True) -> dict[str, Any]:
        return self.request

    def session_get(self, name: str, default: Any = None) -> Any:
        return self.session.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self.session[name] = value

    def session_pop(self, name: str) -> Any:
        return self.session.pop(name, None)

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or ""


class SignedIn:
    """What a pipeline ends with here: everything the backend would have Django keep."""

    def __init__(self, response: Claims, details: Claims, uid: str, extra_data: Claims) -> None:
        self.response = response
        self.details = details
        self.uid = uid
        self.extra_data = extra_data


def signed_in(*, backend: OpenIdConnectAuth[Any], response: Claims, **kwargs: Any) -> dict[str, Any]:
    """The one step of the tests' pipeline."""
    details = backend.get_user_details(response)
    uid = backend.get_user_id(details, response)
    extra_data = backend.extra_data(None, uid, response, details, kwargs)
    return {"user": SignedIn(dict(response), details, uid, extra_data)}


class Site:
    """A site with one backend, used by one browser."""

    def __init__(
        self, backend_class: type[OpenIdConnectAuth[Any]], callback: str, settings: dict[str, Any]
    ) -> None:
        prefix = f"SOCIAL_AUTH_{backend_class.name.upper()}_"
        self._class = backend_class
        self._callback = callback
        self.strategy = MemoryStrategy({prefix + name: value for name, value in settings.items()})

    def backend(self) -> Any:
        return self._class(self.strategy, redirect_uri=self._callback)

    def leave(self) -> str:
        """The address the browser is sent to."""
        return str(self.backend().auth_url())

    def come_back(self, query: dict[str, str]) -> SignedIn:
        """The callback."""
        self.strategy.request = query
        user = self.backend().complete()
        assert isinstance(user, SignedIn)
        return user
