"""Reference and secret code: compared at most 10 times an hour for a reference, 20 from one address."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from grc.errors import Invalid, RateLimited
from grc.keys import code_keys
from grc.models import CodeAttempt, Ticket
from grc.references import parse, secret_code
from grc.selectors.tickets import code_attempts_since, ticket_by_code

PER_REFERENCE: Final = 10
PER_ADDRESS: Final = 20
OTHER_WAYS: Final = (
    "demander un lien au numéro ou à l’adresse que vous nous avez donnés",
    "appeler un agent au 03 21 216 216",
)


def ticket_code(ticket: Ticket) -> str:
    """The secret code of a request, computed: it is stored nowhere."""
    return secret_code(ticket.reference, ticket.code_generation, code_keys()[0])


def ticket_open_with_code(*, reference: str, code: str, address: str, now: datetime) -> Ticket | None:
    """Compare a code once, counting the try even when it is right; None when the pair is wrong.

    ``address``: of the browser, or empty for a call. Raises RateLimited with the other ways, Invalid for a reference
    that cannot exist (which is not counted against any reference).
    """
    try:
        canonical = parse(reference)
    except Invalid:
        _count("", address, now)
        _refuse_beyond(0, code_attempts_since(reference="-", address=address, now=now)[1])
        raise
    with transaction.atomic():
        by_reference, by_address = code_attempts_since(reference=canonical, address=address, now=now)
        _refuse_beyond(by_reference, by_address)
        _count(canonical, address, now)
    return ticket_by_code(reference=canonical, code=code)


def _count(reference: str, address: str, now: datetime) -> None:
    CodeAttempt.objects.create(reference=reference, address=address, at=now)


def _refuse_beyond(by_reference: int, by_address: int) -> None:
    if by_reference >= PER_REFERENCE or by_address >= PER_ADDRESS:
        raise RateLimited(
            "Trop d’essais en une heure. Vous pouvez réessayer plus tard.",
            retry_after=3600,
            other_ways=OTHER_WAYS,
        )


@transaction.atomic
def ticket_code_renew(*, ticket: Ticket) -> str:
    """Issue a new code; the old one stops working at once."""
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    locked.code_generation += 1
    locked.save(update_fields=["code_generation"])
    return ticket_code(locked)
