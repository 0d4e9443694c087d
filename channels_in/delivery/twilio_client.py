"""The REST client of Twilio: short time-outs, an address that may be another network's, errors told apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from grc.errors import ProviderError, RateLimited
from grc.ports import UnknownOutcome

TIMEOUT: Final = 5.0
"""Seconds. Twilio usually answers in a third of one; a queue worker must not be held."""
RATE_PAUSE: Final = 5
_TWILIO: Final = "https://api.twilio.com"


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends what is meant for Twilio's address to the one of the settings."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        answer = super().request(method, url.replace(_TWILIO, self._base_url, 1), *args, **kwargs)
        if answer.status_code == 429:
            wait = str((answer.headers or {}).get("Retry-After", ""))
            raise RateLimited(
                "L’opérateur demande d’attendre.", retry_after=int(wait) if wait.isdigit() else RATE_PAUSE
            )
        return answer


def twilio_client() -> Client:
    """The client of the account of the settings."""
    return _client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKENS[0], settings.TWILIO_API_BASE_URL)


@lru_cache(maxsize=4)
def _client(account_sid: str, token: str, base_url: str) -> Client:
    return Client(account_sid, token, http_client=_HttpClient(base_url))


@contextmanager
def provider_errors(*, changes: bool) -> Iterator[None]:
    """Turn what goes wrong into our errors. ``changes``: the request does something, so that losing its answer leaves
    its outcome unknown."""
    try:
        yield
    except TwilioRestException as error:
        raise _refusal(error, changes=changes) from error
    except TwilioException as error:
        # A page of a list that could not be read: nothing was asked to change.
        raise ProviderError("L’opérateur n’a pas répondu.", permanent=False, code="unreadable") from error
    except requests.RequestException as error:
        if changes and not _never_left(error):
            raise UnknownOutcome("L’opérateur n’a pas répondu à temps.") from error
        raise ProviderError("L’opérateur est injoignable.", permanent=False, code="unreachable") from error


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _refusal(error: TwilioRestException, *, changes: bool) -> ProviderError:
    if error.status >= 500:
        if changes:
            return UnknownOutcome("L’opérateur a eu une erreur interne.")
        return ProviderError("L’opérateur a eu une erreur interne.", permanent=False, code="http_5xx")
    code = str(error.code or error.status)
    # 20003 (credentials) and 20404 come from a mistake of ours: somebody must correct the settings, then it works.
    permanent = code not in RETRIED and error.status not in (401, 403, 404)
    return ProviderError(f"L’opérateur a refusé (erreur {code}).", permanent=permanent, code=code)


RETRIED: Final = frozenset({"30001", "30003", "30008"})
"""The only codes of a message for which trying again the same way may help (twilio.com/docs/api/errors)."""
