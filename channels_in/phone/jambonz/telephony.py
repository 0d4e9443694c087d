"""Jambonz moves live calls: the telephony port of the core, over its REST API.

A call is moved by giving it the address of what it does next; what is secret or personal travels with the call
(``tag``), never in an address.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import httpx
from django.conf import settings

from channels_in.phone.jambonz.hooks import hooks
from grc.errors import ProviderError
from grc.ports import Ring, SoftphoneToken, UnknownOutcome

TIMEOUT: Final = 5.0
GONE: Final = (404, 422)
"""Jambonz answers that a call is not there, or not in a state to be moved."""


class JambonzTelephony:
    """Implements grc.ports.TelephonyPort."""

    def ring(self, ring: Ring) -> str:
        if ring.to.startswith("client:"):
            to: dict[str, str] = {"type": "user", "name": ring.to.removeprefix("client:")}
        else:
            to = {"type": "phone", "number": ring.to}
        body: dict[str, Any] = {
            "from": ring.caller_id,
            "to": to,
            "call_hook": {"url": hooks().to("leg", ring.leg_id), "method": "POST"},
            "call_status_hook": {"url": hooks().to("leg", ring.leg_id, "status"), "method": "POST"},
            "timeout": ring.seconds,
        }
        if ring.most_seconds:
            body["timeLimit"] = ring.most_seconds
        return self._create(body)

    def join(self, *, call_id: str, conference: str) -> None:
        self._update(call_id, {"call_hook": hooks().to("join", conference)})

    def hold(self, *, call_id: str, conference: str, on: bool) -> None:
        if on:
            self._update(call_id, {"conf_hold_status": "hold", "waitHook": hooks().to("hold", conference)})
        else:
            self._update(call_id, {"conf_hold_status": "unhold"})

    def wait_again(self, *, call_id: str, why: str) -> None:
        self._update(call_id, {"call_hook": hooks().to("again", why)})

    def hang_up(self, *, call_id: str) -> None:
        """One that still rings is withdrawn, one that talks is ended, one that has ended is as wanted."""
        for status in ("completed", "no-answer"):
            try:
                self._update(call_id, {"call_status": status})
            except ProviderError as error:
                if error.code not in map(str, GONE):
                    raise
            else:
                return

    def softphone_token(self, *, identity: str, now: datetime) -> SoftphoneToken | None:
        """A browser registers with Jambonz over SIP, with credentials of its own: there is no token to give."""
        return None

    def _create(self, body: dict[str, Any]) -> str:
        answer = self._sent("POST", "Calls", body)
        sid = answer.json().get("sid", "")
        if not sid:
            raise UnknownOutcome("L’opérateur n’a pas dit quel appel il a créé.")
        return str(sid)

    def _update(self, call_id: str, body: dict[str, Any]) -> None:
        self._sent("PUT", f"Calls/{call_id}", body)

    def _sent(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        url = f"{settings.JAMBONZ_API_BASE_URL}/v1/Accounts/{settings.JAMBONZ_ACCOUNT_SID}/{path}"
        headers = {"Authorization": f"Bearer {settings.JAMBONZ_API_KEY}"}
        if path == "Calls" and settings.JAMBONZ_APPLICATION_SID:
            body = {**body, "application_sid": settings.JAMBONZ_APPLICATION_SID}
        try:
            answer = httpx.request(method, url, json=body, headers=headers, timeout=TIMEOUT)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ProviderError(
                "L’opérateur est injoignable.", permanent=False, code="unreachable"
            ) from error
        except httpx.HTTPError as error:
            raise UnknownOutcome("L’opérateur n’a pas répondu à temps.") from error
        if answer.status_code >= 500:
            raise UnknownOutcome("L’opérateur a eu une erreur interne.")
        if answer.status_code >= 400:
            code = str(answer.status_code)
            permanent = answer.status_code not in (401, 403, 429)
            raise ProviderError(f"L’opérateur a refusé (erreur {code}).", permanent=permanent, code=code)
        return answer
