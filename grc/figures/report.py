"""The service-level report: figures of a period by the names of their definitions, and the state of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from grc.errors import Invalid, NotAllowed
from grc.figures.definitions import DEFINITIONS
from grc.models import FigureCell, Site, Team, Ticket, Topic
from grc.models.tickets import OPEN_STATES, WAITING_STATES
from grc.policies import Verb, roles_with
from grc.types import Actor

PHONE_ENDS: Final = (
    "answered", "abandoned", "self_served", "redirected", "called_back", "voicemail", "closed_hours",
)  # fmt: skip
LONGEST_DAYS: Final = 800


@dataclass(frozen=True)
class Scope:
    """Organisations whose figures the actor may read: aggregates, whatever the team of the role."""

    organisation_ids: frozenset[int]


def report_scope(actor: Actor) -> Scope:
    """Raises NotAllowed for somebody without a role that reads reports."""
    roles = roles_with(Verb.REPORT)
    ids = frozenset(grant.organisation_id for grant in actor.grants if grant.role in roles)
    if not ids:
        raise NotAllowed("Votre rôle ne donne pas accès aux chiffres.")
    return Scope(ids)


def service_level_report(*, actor: Actor, start: date, end: date, now: datetime) -> dict[str, Any]:
    """Figures from ``start`` to ``end`` inclusive (days of Europe/Paris); counts, and durations in seconds."""
    if end < start:
        raise Invalid("La date de fin précède la date de début.", fields={"end": ["Avant le début."]})
    if (end - start).days > LONGEST_DAYS:
        raise Invalid(f"La période dépasse {LONGEST_DAYS} jours.", fields={"end": ["Trop long."]})
    scope = report_scope(actor)
    cells = FigureCell.objects.filter(organisation_id__in=scope.organisation_ids, day__range=(start, end))
    totals = _totals(cells)
    return {
        "period": {"start": start.isoformat(), "end": end.isoformat(), "timezone": "Europe/Paris"},
        "phone": _phone(totals),
        "contacts": {"received": totals["contacts"][0], "by_channel": _by(cells, "contacts", "channel")},
        "messages": {"received": totals["messages_in"][0], "sent": totals["messages_out"][0]},
        "instant_answers": totals["instant_answers"][0],
        "tickets": _tickets(cells, totals, scope, now),
        "callbacks": {
            "owed": totals["callbacks_owed"][0],
            "kept": totals["callbacks_kept"][0],
            "kept_in_window": totals["callbacks_kept_in_window"][0],
        },
        "counters": {
            "arrivals": totals["visits"][0],
            "called": totals["visits_called"][0],
            "wait_seconds_mean": _mean(totals["visits_called"]),
            "by_site": _by(cells, "visits", "site_code"),
        },
        "searches": {"without_answer": totals["searches_without_answer"][0]},
        "days": _by_day(cells),
    }


Totals = dict[str, tuple[int, int]]


def _totals(cells: QuerySet[FigureCell]) -> Totals:
    found: Totals = {definition.name: (0, 0) for definition in DEFINITIONS}
    for row in cells.values("figure").annotate(n=Sum("count"), s=Sum("seconds")):
        found[row["figure"]] = (int(row["n"]), int(row["s"]))
    return found


def _mean(total: tuple[int, int]) -> int | None:
    return round(total[1] / total[0]) if total[0] else None


def _phone(totals: Totals) -> dict[str, Any]:
    ends = {name: totals[f"calls_{name}"][0] for name in PHONE_ENDS}
    offered = totals["calls_offered"][0]
    return {
        "offered": offered,
        **ends,
        "in_progress": offered - sum(ends.values()),
        "answered_within_60": totals["calls_answered_within_60"][0],
        "wait_seconds_mean": _mean(totals["calls_answered"]),
        "offered_to_agents": totals["calls_offered_to_agents"][0],
        "missed_by_agents": totals["calls_missed_by_agents"][0],
        "declined_by_agents": totals["calls_declined_by_agents"][0],
        "transferred": totals["calls_transferred"][0],
        "holds": totals["calls_held"][0],
        "hold_seconds_mean": _mean(totals["calls_held"]),
        "wrap_up_seconds_mean": _mean(totals["calls_wrapped_up"]),
        "handling_seconds_mean": _mean(totals["calls_handled"]),
        "service_level_percent": _percent(totals["calls_answered_within_60"][0], offered),
    }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _tickets(cells: QuerySet[FigureCell], totals: Totals, scope: Scope, now: datetime) -> dict[str, Any]:
    live = Ticket.objects.filter(
        organisation_id__in=scope.organisation_ids, state__in=[*OPEN_STATES, *WAITING_STATES]
    )
    return {
        "opened": totals["tickets_opened"][0],
        "oriented": totals["tickets_oriented"][0],
        "closed": totals["tickets_closed"][0],
        "closed_late": totals["tickets_closed_late"][0],
        "reopened": totals["tickets_reopened"][0],
        "transferred": totals["tickets_transferred"][0],
        "open_now": live.count(),
        "late_now": live.filter(due_at__lt=now).count(),
        "first_answers": totals["first_answers"][0],
        "first_answer_seconds_mean": _mean(totals["first_answers"]),
        "resolution_seconds_mean": _mean(totals["tickets_closed"]),
        "by_channel": _by(cells, "tickets_opened", "channel"),
        "by_theme": _by(cells, "tickets_opened", "theme"),
        "by_topic": _by(cells, "tickets_opened", "topic_code"),
        "by_zone": _by(cells, "tickets_oriented", "zone_code"),
        "by_team": _by(cells, "tickets_oriented", "team_code"),
    }


def _by(cells: QuerySet[FigureCell], figure: str, dimension: str) -> dict[str, int]:
    """Counts by code, largest first; the empty code is what had no such dimension: the sum is the total."""
    rows = cells.filter(figure=figure).values(dimension).annotate(n=Sum("count")).order_by("-n", dimension)
    return {str(row[dimension]): int(row["n"]) for row in rows}


_DAILY: Final = ("contacts", "tickets_opened", "tickets_closed", "calls_offered", "calls_answered")


def _by_day(cells: QuerySet[FigureCell]) -> list[dict[str, Any]]:
    days: dict[date, dict[str, Any]] = defaultdict(dict)
    rows = cells.filter(figure__in=_DAILY).values("day", "figure").annotate(n=Sum("count")).order_by("day")
    for row in rows:
        days[row["day"]][row["figure"]] = int(row["n"])
    return [
        {"day": day.isoformat(), **{name: values.get(name, 0) for name in _DAILY}}
        for day, values in sorted(days.items())
    ]


def labels_of_topics(*, actor: Actor, codes: Iterable[str]) -> dict[str, str]:
    """French labels of topic and theme codes of the organisations the actor reads."""
    scope = report_scope(actor)
    rows = Topic.objects.filter(Q(code__in=list(codes)), organisation_id__in=scope.organisation_ids)
    return dict(rows.values_list("code", "label"))


def labels_of_zones(*, actor: Actor, codes: Iterable[str]) -> dict[str, str]:
    """French labels of zone codes, as the requests keep them."""
    scope = report_scope(actor)
    rows = (
        Ticket.objects.filter(organisation_id__in=scope.organisation_ids, zone_code__in=list(codes))
        .order_by("zone_code")
        .distinct("zone_code")
    )
    return dict(rows.values_list("zone_code", "zone_label"))


def labels_of_teams(*, actor: Actor, codes: Iterable[str]) -> dict[str, str]:
    """French labels of team codes of the organisations the actor reads."""
    scope = report_scope(actor)
    rows = Team.objects.filter(organisation_id__in=scope.organisation_ids, code__in=list(codes))
    return dict(rows.values_list("code", "label"))


def labels_of_sites(*, actor: Actor, codes: Iterable[str]) -> dict[str, str]:
    """Names of site codes of the organisations the actor reads."""
    scope = report_scope(actor)
    rows = Site.objects.filter(organisation_id__in=scope.organisation_ids, code__in=list(codes))
    return dict(rows.values_list("code", "name"))
