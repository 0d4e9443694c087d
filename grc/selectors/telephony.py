"""What answering a telephone call needs to read: the line and its script, the state of a call, who can answer."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import F

from grc.calendars import Calendar, from_dict
from grc.models import Call, CallStep, Commune, Contact, Line, Message, QueueEntry, Team, Ticket, Topic
from grc.selectors.contacts import ANSWERING
from grc.statements import columns, instances_of, rows_of
from grc.voice_script import Script, State, script_from_json, state_from_json


@dataclass(frozen=True)
class AnsweringLine:
    """A line, the script that answers on it and its hours. Shared by threads: only read."""

    line: Line

    @cached_property
    def script(self) -> Script:
        """Raises VoiceScriptError when nobody could answer with it."""
        return script_from_json(self.line.script)

    @cached_property
    def calendar(self) -> Calendar | None:
        """None: open at all hours."""
        return from_dict(self.line.calendar.definition) if self.line.calendar is not None else None


@dataclass(frozen=True)
class CallNow:
    """A call with its contact, where its script is, its place in the queue and the open line it came by."""

    call: Call
    kept: str | None
    entry: QueueEntry | None
    line: AnsweringLine | None

    @cached_property
    def state(self) -> State | None:
        """Where the script is; None before the first step."""
        return state_from_json(json.loads(self.kept)) if self.kept is not None else None


# The versions of the rows a line is made of: changed by any change, whoever makes it, with nothing to invalidate.
_VERSION: Final = ("l.id", "l.xmin", "l.ctid", "h.xmin", "h.ctid", "o.xmin", "o.ctid")
_LINE_OF: Final = """LEFT JOIN grc_calendar h ON h.id = l.calendar_id
LEFT JOIN grc_organisation o ON o.id = l.organisation_id"""
_KEPT_LINES: Final = 64
Version = tuple[object, ...]
_lines: dict[str, tuple[Version, AnsweringLine]] = {}


def line_answering(number: str) -> AnsweringLine | None:
    """The open line of this number (E.164); None when it is not ours."""
    rows = rows_of(
        f"SELECT {', '.join(_VERSION)} FROM grc_line l {_LINE_OF} "  # noqa: S608 -- names of columns only
        "WHERE l.number = %s AND l.closed_on IS NULL",
        [number],
    )
    return _line_of_version(number, rows[0]) if rows else None


def _line_of_version(number: str, version: Version) -> AnsweringLine | None:
    """The line as this process has read it before, unless one of its rows has changed since. None: no such line."""
    if version[0] is None:
        return None
    known = _lines.get(number)
    if known is not None and known[0] == version:
        return known[1]
    line = (
        Line.objects.select_related("organisation", "calendar")
        .filter(number=number, closed_on__isnull=True)
        .first()
    )
    if line is None:
        return None
    answering = AnsweringLine(line)
    if len(_lines) >= _KEPT_LINES:
        _lines.clear()
    _lines[number] = (version, answering)
    return answering


_CALL_NOW: Final = f"""
SELECT {columns(Call, "c")}, {columns(Contact, "k")}, {columns(QueueEntry, "q")}, s.state, {", ".join(_VERSION)}
FROM grc_call c
JOIN grc_contact k ON k.id = c.contact_id
LEFT JOIN grc_queueentry q ON q.call_id = c.id
LEFT JOIN grc_callstep s ON s.call_id = c.id AND s.number = c.step
LEFT JOIN grc_line l ON l.number = c.to_number AND l.closed_on IS NULL
{_LINE_OF}
WHERE c.provider = %s AND c.provider_id = %s
"""  # noqa: S608 -- names of columns only


def call_now(*, provider: str, provider_id: str) -> CallNow | None:
    """The call of a provider's identifier and all that its next step needs, in one statement; not locked."""
    rows = rows_of(_CALL_NOW, [provider, provider_id])
    if not rows:
        return None
    call: Call
    call, contact, entry = instances_of(rows[0], Call, Contact, QueueEntry)
    call.contact = contact
    if entry is not None:
        entry.call = call
    kept, *version = rows[0][-1 - len(_VERSION) :]
    return CallNow(call, kept, entry, _line_of_version(call.to_number, tuple(version)))


def call_state(*, call: Call, number: int) -> State | None:
    """The state of the script after this step of the call; None when there was no such step."""
    rows = rows_of("SELECT state FROM grc_callstep WHERE call_id = %s AND number = %s", [call.pk, number])
    return state_from_json(json.loads(rows[0][0])) if rows else None


def call_facts(*, calls: Collection[Call]) -> dict[int, dict[str, str]]:
    """What each call knew at its last step, by call."""
    rows = CallStep.objects.filter(call__in=calls, number=F("call__step")).values_list("call_id", "state")
    return {call_id: dict(state.get("facts") or {}) for call_id, state in rows}


def call_state_waiting(*, call: Call) -> State | None:
    """The last state in which the caller was in the waiting room; None when they never were."""
    rows = CallStep.objects.filter(call_id=call.pk, state__expect__kind="wait").order_by("-number")
    row = rows.values_list("state", flat=True).first()
    return state_from_json(row) if row is not None else None


def music_of_contact(*, contact_id: int) -> str:
    """The music of the line by which this contact came; empty when it has none."""
    lines = Line.objects.filter(number__in=Call.objects.filter(contact_id=contact_id).values("to_number"))
    return str(lines.values_list("wait_music_url", flat=True).first() or "")


_TICKET: Final = f"""
SELECT {columns(Ticket, "t")}, {columns(Topic, "p")}, {columns(Team, "m")}, {columns(Commune, "g")},
  {columns(Contact, "k")}
FROM grc_ticket t
JOIN grc_contact k ON k.id = t.origin_contact_id
LEFT JOIN grc_topic p ON p.id = t.topic_id
LEFT JOIN grc_team m ON m.id = t.team_id
LEFT JOIN grc_commune g ON g.code = t.commune_id
WHERE t.origin_contact_id = %s AND t.reference = %s
"""  # noqa: S608 -- names of columns only


def ticket_of_contact(*, contact_id: int, reference: str) -> Ticket | None:
    """The request of this reference, if this contact opened it."""
    rows = rows_of(_TICKET, [contact_id, reference])
    if not rows:
        return None
    ticket: Ticket
    ticket, topic, team, commune, contact = instances_of(rows[0], Ticket, Topic, Team, Commune, Contact)
    ticket.topic, ticket.team, ticket.commune, ticket.origin_contact = topic, team, commune, contact
    return ticket


def somebody_answers(*, organisation_id: int) -> bool:
    """Whether one agent at least is taking contacts now."""
    rows = rows_of(
        "SELECT EXISTS (SELECT 1 FROM grc_presence p JOIN grc_agent a ON a.id = p.agent_id "
        "WHERE a.organisation_id = %s AND p.state = ANY(%s))",
        [organisation_id, [state.value for state in ANSWERING]],
    )
    return bool(rows[0][0])


def message_is_known(*, provider: str, provider_id: str) -> bool:
    """Whether this message of a provider is already kept."""
    return Message.objects.filter(provider=provider, provider_id=provider_id).exists()


def contact_has_messages(*, contact_id: int, besides: int) -> bool:
    """Whether this contact has messages other than ``besides``."""
    return Message.objects.filter(contact_id=contact_id).exclude(pk=besides).exists()


def line_numbers() -> list[str]:
    """The numbers of every line in service, for the start-up check."""
    return list(Line.objects.order_by("number").values_list("number", flat=True))


def sms_line_numbers() -> list[str]:
    """The lines to which people may write."""
    return list(Line.objects.filter(receives_sms=True).order_by("number").values_list("number", flat=True))


def calls_still_open(*, provider: str, before: datetime) -> list[str]:
    """Identifiers of the calls begun before this moment whose end was not told, oldest first; 200 at most."""
    rows = Call.objects.filter(provider=provider, ended_at__isnull=True, offered_at__lt=before)
    return list(rows.order_by("offered_at").values_list("provider_id", flat=True)[:200])


def calls_known(*, provider: str, provider_ids: Collection[str]) -> set[str]:
    """Those of these identifiers that are calls of ours."""
    rows = Call.objects.filter(provider=provider, provider_id__in=list(provider_ids))
    return set(rows.values_list("provider_id", flat=True))
