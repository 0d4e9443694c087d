"""Pure. The errors a person may see: each carries a French sentence and a stable code.

`sentence` is fit for a user of the product and names no internal; `code` is for programs and logs.
"""

from collections.abc import Mapping, Sequence


class GrcError(Exception):
    """Base of every expected error. `message_fr`: one French sentence; `code`: a stable identifier."""

    def __init__(self, message_fr: str, *, code: str = "error") -> None:
        super().__init__(message_fr)
        self.sentence = message_fr
        self.code = code

    def __str__(self) -> str:
        return self.sentence


class NotAllowed(GrcError):
    """The actor has no right to do this, or the state of the thing forbids it."""

    def __init__(
        self, message_fr: str = "Vous n’avez pas le droit de faire cela.", *, code: str = "not_allowed"
    ) -> None:
        super().__init__(message_fr, code=code)


class NotFound(GrcError):
    """The thing does not exist, or not for this actor: the two are never told apart."""

    def __init__(
        self, message_fr: str = "Nous n’avons pas trouvé ce que vous cherchez.", *, code: str = "not_found"
    ) -> None:
        super().__init__(message_fr, code=code)


class Conflict(GrcError):
    """Somebody else was first: already taken, already moved, changed since it was read."""

    def __init__(
        self,
        message_fr: str = "Quelqu’un d’autre vient de modifier cet élément. Rechargez la page.",
        *,
        code: str = "conflict",
    ) -> None:
        super().__init__(message_fr, code=code)


class Invalid(GrcError):
    """What was given cannot be accepted. `fields`: field name -> French sentences, perhaps none."""

    def __init__(
        self,
        message_fr: str = "Certaines informations sont à corriger.",
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        code: str = "invalid",
    ) -> None:
        super().__init__(message_fr, code=code)
        self.fields: dict[str, list[str]] = {name: list(said) for name, said in (fields or {}).items()}


class ProviderError(GrcError):
    """An outside service failed. `permanent`: trying again the same way is useless."""

    def __init__(self, message_fr: str, *, permanent: bool, code: str = "provider_error") -> None:
        super().__init__(message_fr, code=code)
        self.permanent = permanent


class RateLimited(GrcError):
    """Too many tries. `retry_after`: seconds; `other_ways`: French sentences on how to go on."""

    def __init__(
        self,
        message_fr: str = "Trop d’essais en peu de temps. Réessayez plus tard.",
        *,
        retry_after: int,
        other_ways: Sequence[str] = (),
        code: str = "rate_limited",
    ) -> None:
        super().__init__(message_fr, code=code)
        self.retry_after = retry_after
        self.other_ways: tuple[str, ...] = tuple(other_ways)
