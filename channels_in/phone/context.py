"""What the outside knows when the caller does something: hours, communes, who can answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from grc.phone_numbers import callback_refusal, is_mobile
from grc.references import is_reference
from grc.selectors.directory import (
    calendar_of_code,
    commune_by_code,
    communes_of_postal_code,
    opening_calendar,
)
from grc.selectors.sites import sites_near
from grc.selectors.telephony import AnsweringLine, somebody_answers
from grc.voice_script import Commune, Context, SiteHeard
from routing.selectors.setup import zones_shared

if TYPE_CHECKING:
    from grc.models import Call, Site

SITES_READ: Final = 3


class DatabaseLookup:
    """The reads the interpreter makes, for one line at one moment."""

    def __init__(self, *, organisation_id: int, now: datetime) -> None:
        self._organisation_id = organisation_id
        self._now = now

    def sites(self, commune_code: str) -> tuple[SiteHeard, ...]:
        commune = commune_by_code(commune_code) if commune_code else None
        shared: dict[str, int] = {}
        if commune is not None:
            shared = zones_shared(
                commune_code=commune.code,
                organisation_id=self._organisation_id,
                on=timezone.localdate(self._now),
            )
        found = sites_near(organisation_id=self._organisation_id, commune=commune, shared_zones=shared)
        return tuple(self._heard(site) for site in found[:SITES_READ])

    def _heard(self, site: Site) -> SiteHeard:
        calendar = opening_calendar(site.calendar)
        hours = calendar.opening_sentence(self._now) if calendar is not None else ""
        return SiteHeard(site.code, site.name, site.address, hours)

    def communes(self, postal_code: str) -> tuple[Commune, ...]:
        return tuple(Commune(row.code, row.name) for row in communes_of_postal_code(postal_code))

    def reference_is_valid(self, reference: str) -> bool:
        return is_reference(reference)


def context_of(*, line: AnsweringLine, call: Call, now: datetime) -> Context:
    """A line without a calendar is always open; a number that may not be called back is not proposed."""
    calendar = line.calendar
    is_open = calendar is None or calendar.is_open(now)
    closed = "" if calendar is None or is_open else calendar.why_closed(now) or ""
    number = call.from_number
    return Context(
        lookup=DatabaseLookup(organisation_id=line.line.organisation_id, now=now),
        line_open=is_open,
        closed_sentence=closed,
        caller_number=number if number and callback_refusal(number) is None else "",
        may_text=bool(settings.TWILIO_ENABLED) and is_mobile(number),
        records=line.line.recording_share > 0,
        all_busy=lambda: not somebody_answers(organisation_id=line.line.organisation_id),
        hours=lambda code: _own_hours(line.line.organisation_id, code, now),
        now=now,
    )


def _own_hours(organisation_id: int, code: str, now: datetime) -> tuple[bool, str] | None:
    """Read only when the call goes through a node that has hours of its own."""
    calendar = calendar_of_code(organisation_id=organisation_id, code=code)
    return None if calendar is None else (calendar.is_open(now), calendar.why_closed(now) or "")
