"""Who is competent for a topic in a commune, without any request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from grc.errors import Invalid
from grc.models import Commune, Organisation, Team, Topic
from grc.selectors.directory import commune_by_code, host_organisation, topic_by_code
from grc.types import Actor
from routing import engine
from routing.selectors.setup import place_of, setup_load, subject_of


@dataclass(frozen=True)
class Competence:
    """``organisation`` and ``team`` are None where nobody of this platform is competent. ``reasons``: French."""

    organisation: Organisation | None
    team: Team | None
    zone: engine.Zone | None
    commune: Commune
    topic: Topic
    reasons: tuple[str, ...]


def competence(
    *,
    actor: Actor,
    topic_code: str,
    commune_code: str,
    now: datetime,
    organisation: Organisation | None = None,
) -> Competence:
    """Asked of ``organisation``, by default the actor's own, else the host. Invalid: unknown topic or commune."""
    asked = organisation or _organisation_of(actor)
    topic = topic_by_code(organisation_id=asked.pk, code=topic_code)
    topic = topic or topic_by_code(organisation_id=host_organisation().pk, code=topic_code)
    commune = commune_by_code(commune_code)
    errors = {}
    if topic is None:
        errors["topic"] = [f"Aucun thème n’a le code « {topic_code} »."]
    if commune is None:
        errors["commune"] = [f"Aucune commune n’a le code « {commune_code} »."]
    if topic is None or commune is None:
        raise Invalid(fields=errors)
    today = timezone.localdate(now)
    setup = setup_load(organisation_id=asked.pk, topic_codes=topic.path, on=today)
    place = place_of(commune=commune, organisation_id=asked.pk, on=today)
    subject = subject_of(topic)
    zone = place.zone_of(subject.layer)
    facts = {
        "topic": "/".join(subject.path),
        "commune": commune.code,
        "zone": zone.code if zone else None,
        "epci": commune.epci_code or None,
        "departement": commune.departement,
        "now": now,
    }
    decision = engine.decide(
        subject=subject, place=place, facts=facts, here=setup.here, others=setup.others, rules=setup.rules
    )
    team = Team.objects.select_related("organisation").get(code=decision.team.code)
    return Competence(
        organisation=team.organisation if decision.competent else None,
        team=team if decision.competent else None,
        zone=decision.zone,
        commune=commune,
        topic=topic,
        reasons=decision.reasons,
    )


def _organisation_of(actor: Actor) -> Organisation:
    own = Organisation.objects.filter(pk=actor.organisation_id).first() if actor.organisation_id else None
    return own or host_organisation()
