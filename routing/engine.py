"""Pure. Who handles a request: rules in order, then the most precise assignment, then the fallback team.

``decide`` always gives a team, and one French sentence for each step it considered. Who is competent is a separate
question: when it is nobody of this platform, the reception (the fallback team) orients the person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grc.conditions import TICKET_FACTS, Catalogue, Expression, FactDef, FactType, evaluate, parse
from grc.enums import LABELS, Priority

KIND_NAMES: Final = {
    "commune": "la mairie",
    "epci": "l’intercommunalité",
    "departement": "le Département",
    "region": "la Région",
    "etat": "un service de l’État",
    "caf": "la CAF",
    "cpam": "la CPAM",
    "msa": "la MSA",
    "carsat": "la CARSAT",
    "adil": "l’ADIL",
    "education_nationale": "l’Éducation nationale",
    "france_travail": "France Travail",
    "justice": "la justice",
    "mission_locale": "la mission locale",
}


class RuleFacts(Catalogue):
    """The facts of a request, and ``answer.<name>`` for any answer of its form."""

    def get(self, name: str) -> FactDef | None:
        if name.startswith("answer.") and len(name) > len("answer."):
            return FactDef(name, f"la réponse « {name.removeprefix('answer.')} »", FactType.TEXT)
        return super().get(name)


RULE_FACTS: Final = RuleFacts(TICKET_FACTS)


def rule_condition(data: Any) -> Expression:
    """The condition of a rule from its JSON. Raises Invalid with French sentences by path."""
    return parse(data, RULE_FACTS)


@dataclass(frozen=True, slots=True)
class TeamRef:
    code: str
    label: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of one layer that holds the place."""

    layer: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """A commune: INSEE ``code``, ``departement`` code, and its zones at the date of the decision, one per layer."""

    code: str
    name: str
    departement: str = ""
    epci_name: str = ""
    zones: tuple[Zone, ...] = ()

    def zone_of(self, layer: str) -> Zone | None:
        return next((zone for zone in self.zones if zone.layer == layer), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic: ``path`` holds codes from the theme to itself, ``labels`` their French names.

    ``layer``: code of the territory layer that decides, empty when none does. ``competent_kind``: whose business it
    is, empty when everybody's; ``competent_name``: that body's name when it is known.
    """

    path: tuple[str, ...]
    labels: tuple[str, ...]
    layer: str = ""
    competent_kind: str = ""
    competent_name: str = ""

    @property
    def label(self) -> str:
        return self.labels[-1]


@dataclass(frozen=True, slots=True)
class Assignment:
    """``topic`` (empty: any) in ``zone`` (layer, code; None: anywhere) goes to ``team``."""

    topic: str
    zone: tuple[str, str] | None
    team: TeamRef


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    condition: Expression
    team: TeamRef
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation of the platform. ``level``: its kind of competence; no ``communes``: its whole département."""

    code: str
    name: str
    level: str
    fallback: TeamRef
    departement: str = ""
    communes: frozenset[str] = frozenset()
    assignments: tuple[Assignment, ...] = ()

    def covers(self, place: Place) -> bool:
        if self.communes:
            return place.code in self.communes
        return self.departement in ("", place.departement)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was considered, and whether it decided."""

    what: str
    sentence: str
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """``organisation``: code of the body whose ``team`` it is. ``competent`` False: to be oriented elsewhere.

    ``rule``: name of the rule that decided, if one did. ``reasons``: French sentences in order, never empty;
    ``considered``: every step, each rule included.
    """

    organisation: str
    team: TeamRef
    zone: Zone | None
    priority: Priority | None
    competent: bool
    rule: str
    reasons: tuple[str, ...]
    considered: tuple[Step, ...]


def decide(
    *,
    subject: Subject | None,
    place: Place | None,
    facts: Mapping[str, Any],
    here: Body,
    others: Sequence[Body] = (),
    rules: Sequence[Rule] = (),
) -> Decision:
    """Decide for a request received by ``here``; ``others``: the other bodies of the platform."""
    zone = place.zone_of(subject.layer) if subject and place else None
    known = [_subject_step(subject), _place_step(subject, place, zone)]
    body, competence = _competent(subject, place, here, others)
    tried = list(_rule_steps(rules, facts))
    rule = next((rule for rule, step in tried if step.decided), None)
    steps = [*known, *(step for _, step in tried)]
    if rule is not None:
        team, owner = rule.team, here
        said = [*known, *(step for _, step in tried if step.decided)]
    else:
        owner = body or here
        found, tail = _assigned(owner, subject, zone) if body else (None, [])
        if found is None:
            tail = [*tail, _fallback_step(owner, oriented=body is None)]
        team = found or owner.fallback
        steps += [competence, *tail]
        said = [*known, *_no_rule(rules), competence, *tail]
    return Decision(
        organisation=owner.code,
        team=team,
        zone=zone,
        priority=rule.priority if rule else None,
        competent=body is not None,
        rule=rule.name if rule else "",
        reasons=tuple(step.sentence for step in said),
        considered=tuple(steps),
    )


def _subject_step(subject: Subject | None) -> Step:
    if subject is None:
        return Step("topic", "Le thème de la demande n’est pas encore connu.")
    return Step("topic", f"Thème : {' › '.join(subject.labels)}.")


def _place_step(subject: Subject | None, place: Place | None, zone: Zone | None) -> Step:
    if place is None:
        return Step("place", "La commune n’est pas connue.")
    if zone is not None:
        return Step("place", f"{place.name} est dans le territoire « {zone.label} ».")
    if subject is not None and subject.layer:
        return Step("place", f"{place.name} n’est dans aucun de nos territoires.")
    return Step("place", f"Commune : {place.name}.")


def _rule_steps(rules: Sequence[Rule], facts: Mapping[str, Any]) -> Iterator[tuple[Rule, Step]]:
    """The rules up to the first that applies; an unknown fact never makes a rule apply."""
    for rule in rules:
        verdict = evaluate(rule.condition, facts)
        why = " ".join(verdict.reasons()[:3])
        if verdict.value is not True:
            yield rule, Step("rule", f"La règle « {rule.name} » ne s’applique pas. {why}".strip())
        elif not rule.team.open:
            yield rule, Step("rule", f"La règle « {rule.name} » désigne {rule.team.label}, équipe fermée.")
        else:
            urgent = f", priorité {LABELS[Priority][rule.priority.value].lower()}" if rule.priority else ""
            sentence = f"La règle « {rule.name} » s’applique : {rule.team.label}{urgent}. {why}".strip()
            yield rule, Step("rule", sentence, decided=True)
            return


def _no_rule(rules: Sequence[Rule]) -> list[Step]:
    if not rules:
        return []
    said = (
        "La règle ne s’applique pas." if len(rules) == 1 else f"Aucune des {len(rules)} règles ne s’applique."
    )
    return [Step("rules", said)]


def _competent(
    subject: Subject | None, place: Place | None, here: Body, others: Sequence[Body]
) -> tuple[Body | None, Step]:
    """The body of the platform whose business it is, None when it is somebody else's."""
    if subject is None or not subject.competent_kind:
        return here, Step("competence", f"{here.name} traite cette demande.")
    kind = subject.competent_kind
    if here.level == kind and (place is None or here.covers(place)):
        return here, Step("competence", f"{here.name} est compétent pour « {subject.label} ».")
    if place is not None:
        for body in others:
            if body.level == kind and body.covers(place):
                said = f"{body.name} est compétent pour « {subject.label} » à {place.name}."
                return body, Step("competence", said)
    if here.level == kind and place is not None:
        said = f"{place.name} est hors du territoire de l’organisme « {here.name} » : l’organisme compétent"
        return None, Step("competence", f"{said} est ailleurs.")
    name = _competent_name(subject, place)
    return None, Step(
        "competence",
        f"Personne ici n’est compétent pour « {subject.label} » : l’organisme compétent est {name}.",
    )


def _competent_name(subject: Subject, place: Place | None) -> str:
    if subject.competent_name:
        return subject.competent_name
    if subject.competent_kind == "commune":
        return f"la mairie ({place.name})" if place else "la mairie de la commune concernée"
    if subject.competent_kind == "epci" and place and place.epci_name:
        return place.epci_name
    return KIND_NAMES.get(subject.competent_kind, "un autre organisme")


def _assigned(body: Body, subject: Subject | None, zone: Zone | None) -> tuple[TeamRef | None, list[Step]]:
    """The most precise assignment of a body: each topic from the case up to the theme, in the zone then anywhere."""
    known = {(row.topic, row.zone): row.team for row in body.assignments}
    steps: list[Step] = []
    pairs = list(zip(subject.path, subject.labels, strict=True))[::-1] if subject else []
    for code, label in [*pairs, ("", "")]:
        about = f"« {label} »" if code else "toute demande"
        places: list[tuple[tuple[str, str] | None, str]] = [(None, "")]
        if zone is not None:
            places.insert(0, ((zone.layer, zone.code), f" sur le territoire « {zone.label} »"))
        for key, where in places:
            team = known.get((code, key))
            if team is None:
                if code:
                    steps.append(Step("assignment", f"Aucune équipe n’est désignée pour {about}{where}."))
            elif not team.open:
                steps.append(Step("assignment", f"{team.label}, désignée pour {about}{where}, est fermée."))
            else:
                sentence = f"{team.label} est désignée pour {about}{where}."
                return team, [*steps, Step("assignment", sentence, decided=True)]
    return None, steps


def _fallback_step(body: Body, *, oriented: bool) -> Step:
    if oriented:
        return Step("fallback", f"{body.fallback.label} oriente la personne.", decided=True)
    return Step("fallback", f"{body.fallback.label} reçoit ce qu’aucune équipe n’attend.", decided=True)
