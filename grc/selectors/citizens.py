"""Finding persons at the reception desk: candidates with the least needed to choose, the rest once chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from grc.enums import ContactPointKind
from grc.errors import Invalid, NotFound
from grc.models import Citizen, ContactPoint, Ticket
from grc.models.tickets import OPEN_STATES, WAITING_STATES
from grc.phone_numbers import normalise
from grc.policies import Verb, roles_with
from grc.reference.names import fold
from grc.selectors.tickets import RELATED, tickets_visible
from grc.types import Actor


@dataclass(frozen=True)
class Candidate:
    """The least that lets an agent and a person recognise a file. ``why``: number, name; never a proof."""

    id: int
    first_name: str
    initial: str
    birth_year: int | None
    commune: str
    why: str
    shared_number: bool


def _organisations(actor: Actor) -> set[int]:
    roles = roles_with(Verb.RECEPTION)
    return {grant.organisation_id for grant in actor.grants if grant.role in roles}


def candidates_by_number(*, actor: Actor, number: str, limit: int = 8) -> list[Candidate]:
    """Persons known with this number, several as often as one: it suggests, it never identifies."""
    try:
        value = normalise(number)
    except Invalid:
        return []
    points = ContactPoint.objects.filter(
        kind=ContactPointKind.PHONE,
        value=value,
        citizen__organisation_id__in=_organisations(actor),
        citizen__anonymised_at__isnull=True,
    ).select_related("citizen__commune")
    found = list(points.order_by("-citizen_id")[:limit])
    return [_candidate(point.citizen, "Numéro connu", len(found) > 1 or point.shared) for point in found]


def candidates_by_name(*, actor: Actor, words: str, limit: int = 8) -> list[Candidate]:
    """Persons each word of whose name begins so, then those whose name looks like it (typing mistakes)."""
    folded = fold(words)
    if len(folded) < 2:
        return []
    everybody = Citizen.objects.filter(
        organisation_id__in=_organisations(actor), anonymised_at__isnull=True
    ).select_related("commune")
    begins = Q()
    for word in folded.split():
        begins &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    found = list(everybody.filter(begins).order_by("search_name", "pk")[:limit])
    if len(found) < limit and len(folded) >= 4:
        near = everybody.filter(search_name__trigram_similar=folded).exclude(
            pk__in=[citizen.pk for citizen in found]
        )
        found += list(near.order_by("search_name", "pk")[: limit - len(found)])
    return [_candidate(citizen, "Nom", shared=False) for citizen in found]


def _candidate(citizen: Citizen, why: str, shared: bool) -> Candidate:
    family = citizen.usual_name or citizen.family_name
    return Candidate(
        id=citizen.pk,
        first_name=citizen.given_names.split()[0] if citizen.given_names.split() else "",
        initial=f"{family[:1].upper()}." if family else "",
        birth_year=citizen.birth_date.year if citizen.birth_date else None,
        commune=citizen.commune.name if citizen.commune else "",
        why=why,
        shared_number=shared,
    )


def citizen_get(*, actor: Actor, citizen_id: int) -> Citizen:
    """A person of an organisation where this actor receives people. Reading is audited by whoever shows it."""
    found = (
        Citizen.objects.filter(pk=citizen_id, organisation_id__in=_organisations(actor))
        .select_related("commune")
        .prefetch_related("contact_points")
        .first()
    )
    if found is None:
        raise NotFound("Cette personne n’est pas connue ici.")
    return found


def citizen_open_tickets(*, actor: Actor, citizen: Citizen, limit: int = 20) -> list[Ticket]:
    """Requests under way of a person, as far as this actor may see them, newest first."""
    rows = tickets_visible(actor).filter(
        Q(requester=citizen) | Q(beneficiary=citizen), state__in=[*OPEN_STATES, *WAITING_STATES]
    )
    return list(rows.select_related(*RELATED).order_by("-created_at")[:limit])
