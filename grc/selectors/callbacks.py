"""What deciding about a call-back needs: the hours of its line and of its person, whether they may be written to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from grc.calendars import Calendar
from grc.callback_rules import DECENT_FROM, DECENT_UNTIL, Allowed, Rules, hours_of_day
from grc.enums import CallbackState, Confidentiality, ContactPointKind, QueueEntryState
from grc.models import Callback, ContactPoint, Line, QueueEntry
from grc.models.queue import LIVE_CALLBACKS
from grc.phone_numbers import is_mobile
from grc.selectors.directory import opening_calendar
from grc.statements import rows_of

# In one statement, for it is on the way of a call: what was asked for this number lately, and the hours of those who
# have it, all respected. Who hung up several times has asked for nothing yet.
_NUMBER: Final = """
SELECT (SELECT count(*) FROM grc_callback b
    WHERE b.organisation_id = %s AND b.number = %s AND b.created_at > %s
    AND NOT (b.origin = 'abandoned' AND b.state IN ('proposed', 'cancelled'))), max(p.call_from), min(p.call_until)
FROM grc_contactpoint p JOIN grc_citizen c ON c.id = p.citizen_id
WHERE p.kind = 'phone' AND p.value = %s AND c.organisation_id = %s
"""


def number_known(
    *, organisation_id: int, number: str, since: datetime, calendar: Calendar | None, line: Line | None
) -> tuple[int, Allowed]:
    """How many call-backs were noted for this number since then, and when it may be called: while the line is open,
    at the hours that the persons known at it asked, else at those of the line."""
    asked, not_before, not_after = rows_of(
        _NUMBER, [organisation_id, number, since, number, organisation_id]
    )[0]
    decent = (line.callback_from, line.callback_until) if line is not None else (DECENT_FROM, DECENT_UNTIL)
    # Two persons of one house may leave no hour between them: the line's hours, an agent will see.
    return int(asked), Allowed(calendar, *hours_of_day(line=decent, person=(not_before, not_after)))


def allowed_hours(
    *, organisation_id: int, number: str, calendar: Calendar | None, line: Line | None
) -> Allowed:
    """When this number may be called, see :func:`number_known`."""
    return number_known(
        organisation_id=organisation_id,
        number=number,
        since=datetime.max.replace(tzinfo=UTC),
        calendar=calendar,
        line=line,
    )[1]


def line_of_callback(callback: Callback) -> Line | None:
    """The line the debt was made on, else one of its organisation."""
    if callback.line is not None:
        return callback.line
    lines = Line.objects.select_related("calendar").filter(
        organisation_id=callback.organisation_id, closed_on__isnull=True
    )
    return lines.filter(number=callback.contact.line_number).first() or lines.order_by("pk").first()


def allowed_of_callback(callback: Callback) -> tuple[Allowed, Rules]:
    """When and how often this call-back may be tried."""
    line = line_of_callback(callback)
    calendar = opening_calendar(line.calendar) if line is not None else None
    rules = Rules(line.callback_attempts, line.callback_spacing) if line is not None else Rules()
    allowed = allowed_hours(
        organisation_id=callback.organisation_id, number=callback.number, calendar=calendar, line=line
    )
    return allowed, rules


def callback_live_of_number(*, organisation_id: int, number: str) -> Callback | None:
    """The one debt or proposal of this number."""
    return Callback.objects.filter(
        organisation_id=organisation_id, number=number, state__in=LIVE_CALLBACKS
    ).first()


def numbers_on_the_line(*, organisation_id: int, numbers: list[str]) -> set[str]:
    """Those of these numbers which are calling us at this moment: they wait, or talk with somebody."""
    rows = QueueEntry.objects.filter(
        organisation_id=organisation_id,
        state__in=[QueueEntryState.WAITING, QueueEntryState.OFFERED, QueueEntryState.ANSWERED],
        call__ended_at__isnull=True,
        call__from_number__in=numbers,
    )
    return set(rows.values_list("call__from_number", flat=True))


def may_be_told_by_sms(callback: Callback) -> bool:
    """Whether an SMS about this call-back may be sent to its number: a mobile, nobody asked us not to, and a topic that
    may leave a trace."""
    ticket = callback.ticket
    if not is_mobile(callback.number) or (
        ticket is not None and ticket.confidentiality == Confidentiality.ANONYMOUS
    ):
        return False
    silent = ContactPoint.objects.filter(
        kind=ContactPointKind.PHONE,
        value=callback.number,
        citizen__organisation_id=callback.organisation_id,
        may_leave_message=False,
    )
    return not silent.exists()


def callbacks_of_ticket(*, ticket_id: int) -> list[Callback]:
    """Those still to come for this request, for the person who follows it."""
    rows = Callback.objects.filter(
        ticket_id=ticket_id, state__in=[CallbackState.OWED, CallbackState.DIALLING]
    )
    return list(rows.select_related("line__calendar", "contact").order_by("window_start", "pk"))
