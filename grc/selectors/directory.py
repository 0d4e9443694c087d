"""Small reads every folder needs: organisations, teams, sites, lines, topics, communes, agents."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q

from grc.calendars import Calendar as OpeningCalendar
from grc.calendars import from_dict
from grc.enums import OrganisationKind
from grc.errors import NotFound
from grc.models import Agent, Calendar, Commune, Line, Organisation, Team, Topic
from grc.reference.names import fold
from grc.statements import rows_found
from grc.types import Actor


def host_organisation() -> Organisation:
    """The organisation whose platform this is."""
    organisation = Organisation.objects.filter(code=settings.GRC_HOST_ORGANISATION).first()
    organisation = organisation or Organisation.objects.filter(kind=OrganisationKind.HOST).first()
    if organisation is None:
        raise NotFound("Aucun organisme hôte n’est encore créé.")
    return organisation


def line_of_number(number: str) -> Line | None:
    return (
        Line.objects.select_related("organisation", "calendar")
        .filter(number=number, closed_on__isnull=True)
        .first()
    )


def opening_calendar(calendar: Calendar | None) -> OpeningCalendar | None:
    """None means open at all hours."""
    return from_dict(calendar.definition) if calendar is not None else None


def calendar_of_code(*, organisation_id: int, code: str) -> OpeningCalendar | None:
    """The calendar of this code in this organisation; None when there is none."""
    row = Calendar.objects.filter(organisation_id=organisation_id, code=code).first()
    return opening_calendar(row)


def topic_by_code(*, organisation_id: int, code: str) -> Topic | None:
    found = rows_found(
        Topic,
        "WHERE t.organisation_id = %s AND t.code = %s AND t.closed_on IS NULL",
        [organisation_id, code],
    )
    return found[0] if found else None


def topics_open(*, organisation_id: int) -> list[Topic]:
    """Every topic one may choose: themes first then their subjects, in reading order."""
    rows = Topic.objects.filter(organisation_id=organisation_id, closed_on__isnull=True)
    return list(rows.order_by("position", "sort_label", "id"))


def communes_of_postal_code(postal_code: str) -> list[Commune]:
    """Communes served by a postal code, in alphabetical order; empty when it does not exist."""
    return rows_found(
        Commune,
        "JOIN grc_communepostalcode p ON p.commune_id = t.code WHERE p.postal_code = %s ORDER BY t.sort_name",
        [postal_code],
    )


def communes_search(words: str, *, limit: int = 10, departement: str = "") -> list[Commune]:
    """Communes by beginning of name (present or former) or postal code; most populous first."""
    text = words.strip()
    if not text:
        return []
    if text.isdigit():
        rows = Commune.objects.filter(
            Q(postal_codes__postal_code__startswith=text) | Q(code__startswith=text)
        )
    else:
        folded = fold(text)
        rows = Commune.objects.filter(
            Q(sort_name__startswith=folded) | Q(other_names__sort_name__startswith=folded)
        )
    if departement:
        rows = rows.filter(departement=departement)
    return list(rows.distinct().order_by("-population", "sort_name")[:limit])


def commune_by_code(code: str) -> Commune | None:
    """A commune by its INSEE code, or by a former code it answers to."""
    found = rows_found(
        Commune,
        # Joined, not chosen by an OR, which would read every commune.
        "JOIN (SELECT %s::text AS code, 0 AS place "
        "UNION ALL SELECT n.commune_id, 1 FROM grc_communename n WHERE n.code = %s) f ON f.code = t.code "
        "ORDER BY f.place, t.code LIMIT 1",
        [code, code],
    )
    return found[0] if found else None


def team_by_code(code: str) -> Team:
    team = Team.objects.select_related("organisation").filter(code=code).first()
    if team is None:
        raise NotFound(f"Aucune équipe n’a le code « {code} ».")
    return team


def teams_of(*, actor: Actor, organisation_id: int | None = None) -> list[Team]:
    """Open teams of the organisations where the actor has any role."""
    ids = {grant.organisation_id for grant in actor.grants}
    if organisation_id is not None:
        ids &= {organisation_id}
    return list(Team.objects.filter(organisation_id__in=ids, closed_on__isnull=True).order_by("label"))


def agent_by_username(username: str) -> Agent:
    agent = Agent.objects.filter(username=username, closed_on__isnull=True).first()
    if agent is None:
        raise NotFound(f"Aucun agent ne s’appelle « {username} ».")
    return agent


def partners_for_orientation() -> list[Organisation]:
    rows = Organisation.objects.filter(kind=OrganisationKind.PARTNER, closed_on__isnull=True)
    return list(rows.order_by("sort_name"))
