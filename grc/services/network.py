"""Orders to the telephone network that follow a commit. What they were for is in the rows, so that a lost one is
given again by the sweep; a refusal is noted, never hidden from who waits for an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from django.db import transaction

from grc import clock
from grc.errors import Conflict, GrcError
from grc.models import CallLeg
from grc.ports import TelephonyPort, telephony

logger = logging.getLogger(__name__)


def conference_of(contact_id: int) -> str:
    """The room of a contact."""
    return f"contact-{contact_id}"


def telephony_required() -> TelephonyPort:
    port = telephony()
    if port is None:
        raise Conflict("Le téléphone est éteint : aucun opérateur n’est configuré.", code="telephony_off")
    return port


def hang_up_after_commit(provider_id: str) -> None:
    """Stop a ring or end a leg, once the rows say so. Without identifier there is nothing to stop yet."""
    if provider_id:
        transaction.on_commit(partial(_hang_up, provider_id), robust=True)


def wait_again_after_commit(provider_id: str, *, why: str) -> None:
    """Send a caller who was moved back to the waiting room; ``why``: what they are told, see ``TelephonyPort``."""
    transaction.on_commit(partial(_wait_again, provider_id, why), robust=True)


def join_after_commit(provider_id: str, *, contact_id: int) -> None:
    """Move a caller to the agent who has picked up."""
    transaction.on_commit(partial(_join, provider_id, contact_id), robust=True)


def hold_after_commit(provider_id: str, *, contact_id: int, on: bool) -> None:
    transaction.on_commit(partial(_hold, provider_id, contact_id, on), robust=True)


def _hang_up(provider_id: str) -> None:
    port = telephony()
    if port is not None:
        _asked("hang up", lambda: port.hang_up(call_id=provider_id))


def _wait_again(provider_id: str, why: str) -> None:
    port = telephony()
    if port is not None:
        _asked("wait again", lambda: port.wait_again(call_id=provider_id, why=why))


def _join(provider_id: str, contact_id: int) -> None:
    port = telephony()
    if port is not None and _asked(
        "join", lambda: port.join(call_id=provider_id, conference=conference_of(contact_id))
    ):
        # Moved, even if the news of it is lost: an order given twice would end the conversation.
        rows = CallLeg.objects.filter(provider_id=provider_id, joined_at__isnull=True, ended_at__isnull=True)
        rows.update(joined_at=clock.now())


def _hold(provider_id: str, contact_id: int, on: bool) -> None:
    port = telephony()
    if port is not None:
        _asked("hold", lambda: port.hold(call_id=provider_id, conference=conference_of(contact_id), on=on))


def _asked(what: str, order: Callable[[], None]) -> bool:
    try:
        order()
    except GrcError as error:
        logger.warning("the telephone network refused to %s: %s", what, error.code)
        return False
    return True
