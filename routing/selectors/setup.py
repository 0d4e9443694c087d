"""What the engine needs, read from the database as plain values: subject, place, bodies, rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from grc.enums import OrganisationKind, Priority
from grc.errors import Invalid
from grc.models import Commune, Organisation, Team, Topic
from routing import engine
from routing.models import Assignment, Rule, ZoneMember

HERE = [OrganisationKind.HOST.value, OrganisationKind.HOSTED.value]


@dataclass(frozen=True)
class Setup:
    """The bodies of the platform and the rules of the one that received the request."""

    here: engine.Body
    others: tuple[engine.Body, ...]
    rules: tuple[engine.Rule, ...]


def subject_of(topic: Topic) -> engine.Subject:
    labels = dict(
        Topic.objects.filter(organisation_id=topic.organisation_id, code__in=topic.path).values_list(
            "code", "label"
        )
    )
    path = tuple(topic.path) or (topic.code,)
    labels.setdefault(topic.code, topic.label)
    body = topic.competent_organisation
    return engine.Subject(
        path=path,
        labels=tuple(labels.get(code, code) for code in path),
        layer="" if topic.layer_code == "none" else topic.layer_code,
        competent_kind=topic.competent_kind,
        competent_name=body.name if body is not None else "",
    )


def place_of(*, commune: Commune, organisation_id: int, on: date) -> engine.Place:
    """A commune and its zones on a day: layers of the organisation, then those of the host of the platform.

    A layer drawn before a merger of communes still answers by their former codes.
    """
    former = list(commune.other_names.values_list("code", flat=True))
    rows = (
        ZoneMember.objects.filter(
            insee__in=[commune.code, *former],
            validity__contains=on,
            zone__closed_on__isnull=True,
            layer__closed_on__isnull=True,
        )
        .filter(
            Q(layer__organisation_id=organisation_id) | Q(layer__organisation__kind=OrganisationKind.HOST)
        )
        .select_related("zone", "layer")
        .order_by("layer__code", "insee")
    )
    best: dict[str, tuple[tuple[bool, bool], engine.Zone]] = {}
    for row in rows:
        distance = (row.layer.organisation_id != organisation_id, row.insee != commune.code)
        zone = engine.Zone(row.layer.code, row.zone.code, row.zone.label)
        if row.layer.code not in best or distance < best[row.layer.code][0]:
            best[row.layer.code] = (distance, zone)
    return engine.Place(
        code=commune.code,
        name=commune.name,
        departement=commune.departement,
        epci_name=commune.epci_name,
        zones=tuple(zone for _, zone in best.values()),
    )


def setup_load(*, organisation_id: int, topic_codes: Sequence[str], on: date) -> Setup:
    """Bodies with the assignments that may serve these topics, and the rules in force that day, in order.

    Raises Invalid when the organisation has no team at all: nothing can then be given to anybody.
    """
    organisations = list(Organisation.objects.filter(kind__in=HERE, closed_on__isnull=True).order_by("pk"))
    if all(row.pk != organisation_id for row in organisations):
        organisations.append(Organisation.objects.get(pk=organisation_id))
    fallbacks = _fallbacks([row.pk for row in organisations])
    assignments = _assignments(topic_codes, on)
    bodies = {
        row.pk: _body(row, fallbacks[row.pk], assignments.get(row.pk, []))
        for row in organisations
        if row.pk in fallbacks
    }
    if organisation_id not in bodies:
        raise Invalid("Cet organisme n’a aucune équipe : créez-en une, de repli.", code="no_team")
    here = bodies.pop(organisation_id)
    return Setup(here, tuple(bodies.values()), rules_in_force(organisation_id=organisation_id, on=on))


def rules_in_force(*, organisation_id: int, on: date) -> tuple[engine.Rule, ...]:
    rows = (
        Rule.objects.filter(organisation_id=organisation_id, enabled=True, starts_on__lte=on)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
        .select_related("team")
        .order_by("position", "pk")
    )
    return tuple(
        engine.Rule(
            name=row.sentence,
            condition=engine.rule_condition(row.conditions),
            team=team_ref(row.team),
            priority=Priority(row.priority) if row.priority else None,
        )
        for row in rows
    )


def team_ref(team: Team) -> engine.TeamRef:
    return engine.TeamRef(team.code, team.label, open=team.closed_on is None)


def _fallbacks(organisation_ids: list[int]) -> dict[int, engine.TeamRef]:
    """The fallback team of each body, else its oldest open team: a request is never left to nobody."""
    rows = Team.objects.filter(organisation_id__in=organisation_ids, closed_on__isnull=True)
    found: dict[int, engine.TeamRef] = {}
    for team in rows.order_by("-fallback", "pk"):
        found.setdefault(team.organisation_id, team_ref(team))
    return found


def _assignments(topic_codes: Sequence[str], on: date) -> dict[int, list[engine.Assignment]]:
    rows = (
        Assignment.objects.filter(topic_code__in=[*topic_codes, ""], starts_on__lte=on)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
        .select_related("team", "zone__layer")
        .order_by("pk")
    )
    found: dict[int, list[engine.Assignment]] = defaultdict(list)
    for row in rows:
        zone = (row.zone.layer.code, row.zone.code) if row.zone is not None else None
        found[row.organisation_id].append(engine.Assignment(row.topic_code, zone, team_ref(row.team)))
    return found


def _body(row: Organisation, fallback: engine.TeamRef, assignments: list[engine.Assignment]) -> engine.Body:
    # An organisation says what it is by the territory it declares: one commune, several, or its département.
    level = "departement" if not row.commune_codes else "commune" if len(row.commune_codes) == 1 else "epci"
    return engine.Body(
        code=row.code,
        name=row.name,
        level=level,
        fallback=fallback,
        departement=row.departement,
        communes=frozenset(row.commune_codes),
        assignments=tuple(assignments),
    )


def zones_shared(*, commune_code: str, organisation_id: int, on: date) -> dict[str, int]:
    """INSEE code -> number of zones of this organisation's layers that it shares with a commune on a day."""
    zones = ZoneMember.objects.filter(
        insee=commune_code,
        validity__contains=on,
        zone__closed_on__isnull=True,
        layer__closed_on__isnull=True,
        layer__organisation_id=organisation_id,
    ).values("zone_id")
    rows = ZoneMember.objects.filter(zone_id__in=zones, validity__contains=on).values_list("insee", flat=True)
    return dict(Counter(rows))
