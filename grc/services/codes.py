"""Reference and secret code: compared at most 10 times an hour for a reference, 20 from one address."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection, transaction

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


# Where the code stands in a stored message: it is put in as the message leaves, and kept nowhere.
CODE_MARK: Final = "******"


def ticket_code(ticket: Ticket) -> str:
    """The secret code of a request, computed: it is stored nowhere."""
    return secret_code(ticket.reference, ticket.code_generation, code_keys()[0])


def ticket_open_with_code(*, reference: str, code: str, address: str, now: datetime) -> Ticket | None:
    """Compare a code once, counting the try even when it is right; None when the pair is wrong.

    ``address``: of the browser, or empty for a call. Raises RateLimited with the other ways, Invalid for a reference
    that cannot exist.
    """
    try:
        canonical = parse(reference)
    except Invalid:
        # A number that cannot exist is counted as any other: what is refused tells nothing of what exists.
        attempt_count(reference=_digits(reference), address=address, now=now)
        raise
    attempt_count(reference=canonical, address=address, now=now)
    return ticket_by_code(reference=canonical, code=code)


@transaction.atomic
def attempt_count(
    *, reference: str, address: str, now: datetime, purpose: str = "", limit: int = PER_REFERENCE
) -> None:
    """Count one try, unless there were ``limit`` of them for this reference (and purpose) or too many from the address.

    ``reference`` may be empty, and is then not counted. Raises RateLimited; a refused try is not counted.
    """
    counted = f"{purpose}:{reference}"[:20] if purpose else reference
    with connection.cursor() as cursor:
        # One try at a time: fifty sent together must not all find the count below the limit.
        for key in sorted({f"code|{counted}", *([f"address|{address}"] if address else [])}):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [key])
    by_reference, by_address = code_attempts_since(reference=counted, address=address, now=now)
    if (counted and by_reference >= limit) or by_address >= PER_ADDRESS:
        raise RateLimited(
            "Trop d’essais en une heure. Vous pouvez réessayer plus tard.",
            retry_after=3600,
            other_ways=OTHER_WAYS,
        )
    CodeAttempt.objects.create(reference=counted, address=address, at=now)


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")[:20]


@transaction.atomic
def ticket_code_renew(*, ticket: Ticket) -> str:
    """Issue a new code; the old one stops working at once."""
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    locked.code_generation += 1
    locked.save(update_fields=["code_generation"])
    return ticket_code(locked)
