"""Writing persons known from elsewhere (an import, a demonstration): found again by all that is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from grc.enums import ContactPointKind
from grc.models import Citizen, Commune, ContactPoint, Organisation, Relation
from grc.policies import Verb, can_in_organisation
from grc.reference.names import fold
from grc.types import Actor


@dataclass(frozen=True)
class PointGiven:
    """``value`` is already normalised; ``discreet``: say nothing of a request there."""

    kind: ContactPointKind
    value: str
    shared: bool = False
    discreet: bool = False


@dataclass(frozen=True)
class PersonGiven:
    """What a list says of a person; names may be empty."""

    family_name: str
    given_names: str
    birth_date: date | None
    address: str
    commune: Commune | None
    locale: str
    points: tuple[PointGiven, ...]


@transaction.atomic
def citizens_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    persons: Iterable[PersonGiven],
    at: datetime,
    demo_data: bool = False,
) -> list[Citizen]:
    """The persons of a list, in its order; one already there with the same names, birth, address and ways is reused.

    Numbers alone never make two persons one: a family shares them.
    """
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    known: dict[object, Citizen] = {}
    rows = Citizen.objects.filter(organisation=organisation, demo_data=demo_data)
    for row in rows.prefetch_related("contact_points"):
        points = frozenset(point.value for point in row.contact_points.all())
        known.setdefault((row.family_name, row.given_names, row.birth_date, row.address, points), row)
    found = []
    for person in persons:
        points = frozenset(point.value for point in person.points)
        key = (person.family_name, person.given_names, person.birth_date, person.address, points)
        if key not in known:
            known[key] = _create(organisation, person, at, demo_data=demo_data)
        found.append(known[key])
    return found


def _create(organisation: Organisation, person: PersonGiven, at: datetime, *, demo_data: bool) -> Citizen:
    citizen = Citizen.objects.create(
        organisation=organisation,
        family_name=person.family_name,
        given_names=person.given_names,
        search_name=fold(f"{person.family_name} {person.given_names}")[:300],
        birth_date=person.birth_date,
        address=person.address,
        commune=person.commune,
        locale=person.locale,
        demo_data=demo_data,
        created_at=at,
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            citizen=citizen,
            kind=point.kind.value,
            value=point.value,
            shared=point.shared,
            may_leave_message=not point.discreet,
        )
        for point in person.points
    )
    return citizen


@transaction.atomic
def relation_setup(
    *, actor: Actor, from_citizen: Citizen, to_citizen: Citizen, kind: str, since: date
) -> Relation:
    """``from_citizen`` is ``kind`` (parent, partner...) of ``to_citizen``."""
    can_in_organisation(actor, Verb.ADMINISTER, from_citizen.organisation_id).require()
    row, _ = Relation.objects.get_or_create(
        from_citizen=from_citizen, to_citizen=to_citizen, kind=kind, defaults={"valid_from": since}
    )
    return row
