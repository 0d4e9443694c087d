"""Pure. Coherence between the files of the demonstration's content; each problem is one French sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from config.demo.content_types import Content
from grc.calendars import from_dict
from grc.enums import (
    ClockUnit,
    Confidentiality,
    ContactPointKind,
    Difficulty,
    RelationKind,
    Role,
    SilenceRule,
)
from grc.enums import Theme as ThemeCode
from grc.errors import Invalid
from grc.reference.rows import ReferenceData

COMPETENT_KINDS: Final = frozenset(
    {
        "departement",
        "commune",
        "epci",
        "region",
        "etat",
        "caf",
        "cpam",
        "carsat",
        "msa",
        "france_travail",
        "education_nationale",
        "adil",
        "justice",
        "mission_locale",
        "autre",
    }
)
NEEDS: Final = frozenset(
    {
        "birth_name",
        "birth_date",
        "address",
        "phone",
        "household",
        "income",
        "children_count",
        "quotient_familial",
        "rsa_recipient",
        "place",
    }
)
TOPIC_LAYERS: Final = frozenset({"mds", "commune", "none"})
# Ranges the regulator keeps for works of fiction.
FICTION: Final = re.compile(r"\+33(?:35301|63998)\d{4}")

_SNAKE: Final = re.compile(r"[a-z][a-z0-9_]*")


def check_content(content: Content, data: ReferenceData) -> list[str]:
    """Every problem found, in French; an empty list when the content holds together."""
    return [
        *_codes(content),
        *_links(content),
        *_topics(content),
        *_territories(content, data),
        *_people(content),
        *_voices(content),
        *_articles(content),
    ]


def _codes(content: Content) -> Iterator[str]:
    yield from _twice("équipe", (row.code for row in content.teams))
    yield from _twice(
        "thème ou sujet", [row.code for row in content.themes] + [row.code for row in content.topics]
    )
    yield from _twice("site", (row.code for row in content.sites))
    yield from _twice("partenaire", (row.code for row in content.partners))
    yield from _twice("agent", (row.username for row in content.agents))
    yield from _twice("usager", (row.code for row in content.citizens))
    yield from _twice("fiche", (row.code for row in content.articles))
    yield from _twice("règle", (f"{row.on}/{row.layer}/{row.zone}" for row in content.routing))
    for code in [row.code for row in content.topics] + [row.code for row in content.teams]:
        if not _SNAKE.fullmatch(code):
            yield f"Le code « {code} » n’est pas en minuscules ASCII."
    if [row.code for row in content.themes] != [member.value for member in ThemeCode]:
        yield "Les thèmes ne sont pas ceux du produit."


def _links(content: Content) -> Iterator[str]:
    teams = set(content.team_by_code)
    organisations = {row.code for row in content.organisations}
    for team in content.teams:
        if team.parent and team.parent not in teams:
            yield f"L’équipe « {team.code} » remonte à « {team.parent} », qui n’existe pas."
        if team.organisation not in organisations:
            yield f"L’équipe « {team.code} » est d’un organisme inconnu."
    for rule in content.routing:
        if rule.team not in teams:
            yield f"« {rule.on} » va à l’équipe « {rule.team} », qui n’existe pas."
        elif content.team_by_code[rule.team].organisation != rule.organisation:
            yield f"« {rule.on} » va à une équipe d’un autre organisme."
        if rule.on not in content.topic_by_code and rule.on not in content.theme_by_code:
            yield f"La règle porte sur « {rule.on} », qui n’existe pas."
    calendars = [row.calendar for row in content.teams] + [row.calendar for row in content.lines]
    calendars += [row.calendar for row in content.organisations]
    calendars += [row.calendar for row in content.partners if row.calendar]
    calendars += [row.calendar for row in content.sites if row.calendar]
    for code in sorted(set(calendars) - set(content.calendars)):
        yield f"Le calendrier « {code} » n’existe pas."
    for calendar in content.calendars.values():
        yield from _readable(calendar.code, calendar.as_dict())
    for site in content.sites:
        if not site.calendar or site.calendar in content.calendars:
            yield from _readable(site.code, content.site_calendar(site))
        if site.itinerant != bool(site.tour) or site.itinerant == bool(site.calendar):
            yield f"Le site « {site.code} » a une tournée ou des horaires, pas les deux."


def _readable(code: str, definition: Mapping[str, Any]) -> Iterator[str]:
    try:
        from_dict(definition)
    except Invalid as error:
        yield f"Les horaires de « {code} » : {error} {dict(error.fields)}"


def _topics(content: Content) -> Iterator[str]:
    partners = {row.code for row in content.partners}
    units = {member.value for member in ClockUnit}
    for topic in content.topics:
        where = f"Le sujet « {topic.code} »"
        if len(topic.words) < 8:
            yield f"{where} a moins de huit mots."
        yield from _twice(f"mot de « {topic.code} »", topic.words)
        if topic.competent not in COMPETENT_KINDS or topic.layer not in TOPIC_LAYERS:
            yield f"{where} a une compétence ou un découpage inconnu."
        if topic.team not in content.team_by_code or (topic.partner and topic.partner not in partners):
            yield f"{where} va à une équipe ou à un partenaire inconnu."
        if topic.sensitivity not in {member.value for member in Confidentiality}:
            yield f"{where} a une confidentialité inconnue."
        if topic.silence not in {member.value for member in SilenceRule}:
            yield f"{where} a une règle de silence inconnue."
        if {topic.first_answer.unit, topic.resolution.unit} - units:
            yield f"{where} a un délai d’une unité inconnue."
        if set(topic.needs) - NEEDS:
            yield f"{where} demande une donnée inconnue."
        if topic.sensitivity == Confidentiality.ANONYMOUS and topic.needs:
            yield f"{where} est anonyme et demande pourtant une donnée."


def _territories(content: Content, data: ReferenceData) -> Iterator[str]:
    expected = {row.code for row in data.current.values() if row.departement == content.host.departement}
    for layer in (row.code for row in content.layers if row.kind == "file"):
        rows = [row for row in content.zones if row.layer == layer]
        yield from _twice(f"commune de « {layer} »", (row.insee for row in rows))
        covered = {row.insee for row in rows}
        for insee in sorted(expected - covered):
            yield f"La commune {insee} n’a pas de zone dans « {layer} »."
        for insee in sorted(covered - expected):
            yield f"La commune {insee} de « {layer} » n’est pas du département."
    places = [row.commune for row in content.sites] + [row.commune for row in content.citizens if row.commune]
    places += [insee for row in content.partners for insee in row.communes]
    places += [insee for row in content.organisations for insee in row.communes]
    places += [stop.commune for site in content.sites for stop in site.tour]
    for insee in sorted(set(places) - expected):
        yield f"La commune {insee} n’existe pas dans le département."


def _people(content: Content) -> Iterator[str]:
    known = {
        "organisation": {row.code for row in content.organisations},
        "team": set(content.team_by_code),
        "site": {row.code for row in content.sites},
    }
    roles = {member.value for member in Role}
    for role in sorted(roles - {row.main_role for row in content.agents}):
        yield f"Aucun agent n’a le rôle « {role} »."
    for agent in content.agents:
        for held in agent.roles:
            if held.role not in roles or held.target not in known.get(held.scope, set()):
                yield f"Le rôle « {held.role} » de {agent.username} est inconnu."
        if set(agent.teams) - known["team"] or (agent.site and agent.site not in known["site"]):
            yield f"{agent.username} est d’une équipe ou d’un site inconnu."
        if set(agent.skills) - set(content.theme_by_code):
            yield f"{agent.username} a une compétence inconnue."
        if not FICTION.fullmatch(agent.desk_phone) or not agent.email.endswith("@example.org"):
            yield f"{agent.username} a un numéro ou une adresse qui pourrait exister."
    everyone = {row.code for row in content.citizens}
    for citizen in content.citizens:
        for point in citizen.contact_points:
            fiction = FICTION.fullmatch(point.value) or point.value.endswith("@example.org")
            if point.kind not in {member.value for member in ContactPointKind} or not fiction:
                yield f"Un moyen de contact de {citizen.code} pourrait exister."
        if any(
            r.to not in everyone or r.kind not in {m.value for m in RelationKind} for r in citizen.relations
        ):
            yield f"Un lien de {citizen.code} est inconnu."
        if set(citizen.difficulties) - {member.value for member in Difficulty}:
            yield f"Une difficulté de {citizen.code} est inconnue."


def _voices(content: Content) -> Iterator[str]:
    listed = [code for group in content.voices.groups for code in group.themes]
    yield from _twice("thème du menu vocal", listed)
    if set(listed) != set(content.theme_by_code):
        yield "Le menu vocal ne propose pas tous les thèmes."
    if len(content.voices.groups) > 7 or any(len(group.themes) > 7 for group in content.voices.groups):
        yield "Un menu vocal lit plus de sept choix."
    yield from _twice("touche du menu vocal", (group.key for group in content.voices.groups))


def _articles(content: Content) -> Iterator[str]:
    partners = {row.code for row in content.partners}
    for article in content.articles:
        if set(article.topics) - set(content.topic_by_code) or set(article.partners) - partners:
            yield f"La fiche « {article.code} » cite un sujet ou un partenaire inconnu."
        if len(article.summary) > 300 or not article.sources or not article.body:
            yield f"La fiche « {article.code} » est trop longue, vide ou sans source."


def _twice(what: str, codes: Iterable[str]) -> Iterator[str]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield f"Le code « {code} » ({what}) figure {count} fois."
