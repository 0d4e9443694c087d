"""What the hotline kept, against what the callers lived: documents, times, offers, order, figures."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg

from benchmarks.figures import percentile
from benchmarks.http import BenchError, Connection
from benchmarks.scenarios import Ground

PARIS: Final = ZoneInfo("Europe/Paris")
OWED_SECONDS: Final = 120.0
P99_MS: Final = 250.0
SEEN_AFTER: Final = timedelta(seconds=1.5)
"""A round of offers looks once a second: who entered since its look is not passed over."""
ROUND: Final = timedelta(seconds=5)
"""An offer bears the moment its round began, which is before the rows it waited for: the database itself refuses two
open offers at one instant for one caller or one agent."""
REFUSED_FOR: Final = timedelta(seconds=120)
"""Longer than the product's own time before the same agent is asked again for the same caller."""
PARTS: Final = (
    "answered", "abandoned", "self_served", "redirected", "called_back", "voicemail", "closed_hours", "in_progress",
)  # fmt: skip
HARMLESS: Final = ("extra_digits",)
"""A key pressed too much: what people do."""


@dataclass(frozen=True)
class Played:
    """``webhooks``: (path, status, milliseconds); ``notes``: what the network complained of; ``before``: the report as
    the run began, the base having figures of its own."""

    dialled: Sequence[str]
    webhooks: Sequence[tuple[str, int, int]]
    seen: Counter[str]
    notes: Sequence[str]
    api_ms: Sequence[float]
    before: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class Offer:
    entry: int
    agent: int
    at: datetime
    ended: datetime | None
    outcome: str


@dataclass(frozen=True)
class Place:
    """A place in the queue; all are equals here but by their rank."""

    entry: int
    rank: int
    entered: datetime
    left: datetime | None


async def checked(played: Played, ground: Ground, plan: dict[str, Any]) -> dict[str, Any]:
    """The figures of the run. ``failures`` says in French what was not as it must be; empty when all was."""
    await _nothing_owed(plan)
    with psycopg.connect(plan["database_url"]) as base:
        kept = _kept(base, played.dialled)
        double = offers_overlapping(_offers(base))
        passed = passed_over(_places(base), _offers(base))
        offers = len(_offers(base))
    report = {part: count - played.before[part] for part, count in (await phone_report(ground, plan)).items()}
    # A request whose caller hung up or was moved meanwhile is cut by the network, as Twilio does: status 0, no note.
    answered = [one for one in played.webhooks if one[1]]
    times = [float(ms) for _, _, ms in answered]
    unanswered = [one for one in answered if one[1] not in (200, 204)]
    complaints = Counter(_rule_of(note) for note in played.notes)
    broken = {rule: count for rule, count in complaints.items() if rule not in HARMLESS}
    fallbacks = _fallbacks(plan)
    failures = [
        text
        for wrong, text in (
            (unanswered, f"{len(unanswered)} webhooks sans document : {unanswered[:5]}"),
            (broken, f"le réseau se plaint : {broken}"),
            (fallbacks, f"{fallbacks} réponses de secours"),
            (percentile(times, 0.99) >= P99_MS, f"99 % des webhooks : plus de {P99_MS:.0f} ms"),
            (double, f"{len(double)} doubles propositions : {double[:5]}"),
            (passed, f"{len(passed)} appels passés avant leur tour : {passed[:5]}"),
            (kept["unknown"], f"{kept['unknown']} appels inconnus du service"),
            (kept["open"], f"{kept['open']} appels sans fin"),
            (report["offered"] != len(set(played.dialled)), f"offerts : {report['offered']} au rapport"),
            (
                report["offered"] != sum(report[part] for part in PARTS),
                f"le rapport ne s'additionne pas : {report}",
            ),
            (report["in_progress"], f"{report['in_progress']} appels encore en cours au rapport"),
        )
        if wrong
    ]
    return {
        "calls": len(set(played.dialled)),
        "seconds": round(played.seconds, 1),
        "webhooks": len(times),
        "per_second": round(len(times) / played.seconds, 1),
        "median_ms": round(percentile(times, 0.5), 1),
        "p95_ms": round(percentile(times, 0.95), 1),
        "p99_ms": round(percentile(times, 0.99), 1),
        "most_ms": round(max(times), 1),
        "slowest": dict(_slowest(answered)),
        "api_median_ms": round(percentile(played.api_ms, 0.5), 1),
        "api_p99_ms": round(percentile(played.api_ms, 0.99), 1),
        "offers": offers,
        "double_offers": len(double),
        "passed_over": len(passed),
        "without_document": len(unanswered) + sum(broken.values()),
        "cut_by_the_caller": len(played.webhooks) - len(answered),
        "fallback_documents": fallbacks,
        "unaccounted": kept["unknown"] + kept["open"],
        "report": {part: report[part] for part in ("offered", *PARTS)},
        "seen": dict(sorted(played.seen.items())),
        "network_notes": dict(complaints),
        "failures": failures,
    }


def _rule_of(note: str) -> str:
    return note.partition("'rule': '")[2].partition("'")[0] or "?"


def _slowest(webhooks: Sequence[tuple[str, int, int]]) -> list[tuple[str, float]]:
    """99 % of each kind of webhook, the slowest first."""
    kinds: dict[str, list[float]] = {}
    for path, _, ms in webhooks:
        kinds.setdefault(path.partition("/")[0], []).append(float(ms))
    found = [(kind, percentile(times, 0.99)) for kind, times in kinds.items()]
    return sorted(found, key=lambda one: -one[1])


def offers_overlapping(offers: Sequence[Offer]) -> list[tuple[int, int]]:
    """(entry, agent) of each offer made while another was open for the same caller or the same agent, or after the
    caller had been accepted."""
    double = []
    for of in ("entry", "agent"):
        last: dict[int, Offer] = {}
        for offer in sorted(offers, key=lambda one: one.at):
            before = last.get(getattr(offer, of))
            if before is not None and (before.ended is None or offer.at + ROUND < before.ended):
                double.append((offer.entry, offer.agent))
            last[getattr(offer, of)] = offer
    accepted = Counter(offer.entry for offer in offers if offer.outcome == "accepted")
    return double + [(entry, 0) for entry, times in accepted.items() if times > 1]


def passed_over(places: Sequence[Place], offers: Sequence[Offer]) -> list[tuple[int, int]]:
    """(who was passed, who was offered instead): somebody of an earlier rank waited, was offered to nobody, and had not
    been refused by that agent lately."""
    rank = {place.entry: place.rank for place in places}
    of_entry: dict[int, list[Offer]] = {}
    for offer in offers:
        of_entry.setdefault(offer.entry, []).append(offer)
    wrong = []
    for offer in offers:
        for place in places:
            if (
                place.rank < rank[offer.entry]
                and place.entered < offer.at - SEEN_AFTER
                and (place.left is None or place.left > offer.at + SEEN_AFTER)
                and not any(_keeps(mine, offer) for mine in of_entry.get(place.entry, ()))
            ):
                wrong.append((place.entry, offer.entry))
    return wrong


def _keeps(mine: Offer, other: Offer) -> bool:
    """Whether this offer of mine says why I was not asked at the moment of the other."""
    open_then = mine.at <= other.at + SEEN_AFTER and (
        mine.ended is None or mine.ended > other.at - SEEN_AFTER
    )
    refused = (
        mine.agent == other.agent
        and mine.outcome != "accepted"
        and mine.ended is not None
        and mine.ended <= other.at + SEEN_AFTER
        and other.at - mine.ended < REFUSED_FOR
    )
    taken = mine.outcome == "accepted" and mine.ended is not None and mine.ended <= other.at + SEEN_AFTER
    return open_then or refused or taken


async def _nothing_owed(plan: dict[str, Any]) -> None:
    """The figures are fed by events: until each has been heard."""
    end = time.monotonic() + OWED_SECONDS
    with psycopg.connect(plan["database_url"], autocommit=True) as base:
        while time.monotonic() < end:
            row = base.execute(
                "SELECT count(*) FROM grc_eventdelivery WHERE state IN ('pending', 'retrying') "
                "AND subscriber LIKE '%count_figures'"
            ).fetchone()
            if row is not None and row[0] == 0:
                return
            await asyncio.sleep(0.5)
    raise BenchError("les événements comptés ne sont pas tous arrivés aux chiffres")


def _kept(base: psycopg.Connection[Any], dialled: Sequence[str]) -> dict[str, int]:
    sids = list(set(dialled))
    row = base.execute(
        "SELECT count(*), count(*) FILTER (WHERE ended_at IS NULL OR end_kind = '') FROM grc_call "
        "WHERE provider_id = ANY(%s)",
        [sids],
    ).fetchone()
    assert row is not None
    return {"unknown": len(sids) - row[0], "open": row[1]}


def _offers(base: psycopg.Connection[Any]) -> list[Offer]:
    rows = base.execute(
        "SELECT o.entry_id, o.agent_id, o.offered_at, o.ended_at, CASE WHEN o.outcome = 'accepted' AND NOT EXISTS "
        "(SELECT 1 FROM grc_callleg l WHERE l.offer_id = o.id AND l.answered_at IS NOT NULL) "
        "THEN 'not_picked_up' ELSE o.outcome END FROM grc_calloffer o ORDER BY o.offered_at, o.id"
    )
    return [Offer(*row) for row in rows.fetchall()]


def _places(base: psycopg.Connection[Any]) -> list[Place]:
    """Those who wait for anybody; a place handed over to somebody has its own order."""
    rows = base.execute(
        "SELECT q.id, q.rank, q.entered_at, coalesce(q.left_at, c.ended_at) FROM grc_queueentry q "
        "JOIN grc_call c ON c.id = q.call_id"
    )
    return [Place(*row) for row in rows.fetchall()]


async def phone_report(ground: Ground, plan: dict[str, Any]) -> dict[str, int]:
    """The calls of the report, by what became of them."""
    connection = Connection(plan["port"])
    token = ground.agent(0)["token"]
    day = ground.keys["today"]
    try:
        answer = await connection.send(
            "GET",
            f"/api/v1/reports/service-level?start={day}&end={datetime.now(PARIS).date()}",
            headers={"Authorization": f"Bearer {token}"},
        )
    finally:
        await connection.close()
    found: dict[str, int] = json.loads(answer.body)["phone"]
    return {part: found[part] for part in ("offered", *PARTS)}


def _fallbacks(plan: dict[str, Any]) -> int:
    """Documents given because something failed: each leaves a line in the log of its server."""
    return sum(
        path.read_text("utf-8", "replace").count("answered without the database")
        for path in Path(plan["folder"]).glob("web*.log")
    )
