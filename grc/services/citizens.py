"""Persons at the reception desk: created, given a way to be reached, chosen for a contact. Numbers never merge."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from grc import clock
from grc.enums import ContactPointKind
from grc.errors import Invalid
from grc.models import Citizen, Commune, Contact, ContactPoint
from grc.phone_numbers import normalise
from grc.policies import Verb, can_in_organisation
from grc.reference.names import fold
from grc.services.audit import audit_write
from grc.services.history import history_write
from grc.types import Actor


@transaction.atomic
def citizen_create(
    *,
    actor: Actor,
    organisation_id: int,
    at: datetime,
    family_name: str = "",
    given_names: str = "",
    birth_date: date | None = None,
    commune: Commune | None = None,
    phone: str = "",
    email: str = "",
) -> Citizen:
    """A new person of this organisation. A phone or an e-mail already known of somebody else stays theirs too."""
    can_in_organisation(actor, Verb.RECEPTION, organisation_id).require()
    if not family_name.strip() and not given_names.strip():
        raise Invalid(
            "Il faut au moins un nom ou un prénom ; sinon, choisissez « Aucune personne en particulier ».",
            fields={"family_name": ["Écrivez un nom ou un prénom."]},
        )
    if birth_date is not None and birth_date > at.date():
        raise Invalid("La date de naissance est dans le futur.", fields={"birth_date": ["Vérifiez la date."]})
    citizen = Citizen.objects.create(
        organisation_id=organisation_id,
        family_name=family_name.strip()[:120],
        given_names=given_names.strip()[:160],
        search_name=fold(f"{family_name} {given_names}")[:300],
        birth_date=birth_date,
        commune=commune,
        created_at=at,
    )
    if phone.strip():
        contact_point_add(actor=actor, citizen=citizen, kind=ContactPointKind.PHONE, value=phone)
    if email.strip():
        contact_point_add(actor=actor, citizen=citizen, kind=ContactPointKind.EMAIL, value=email)
    audit_write(
        actor=actor,
        verb="citizen_created",
        entity="citizen",
        entity_id=citizen.pk,
        citizen_id=citizen.pk,
    )
    return citizen


@transaction.atomic
def contact_point_add(*, actor: Actor, citizen: Citizen, kind: ContactPointKind, value: str) -> ContactPoint:
    """A way to reach a person. Shared with somebody else: both are marked as shared, nobody is merged."""
    can_in_organisation(actor, Verb.RECEPTION, citizen.organisation_id).require()
    written = value.strip()
    if kind == ContactPointKind.PHONE:
        written = normalise(written)
    elif kind == ContactPointKind.EMAIL:
        written = written.lower()
    others = ContactPoint.objects.filter(
        kind=kind, value=written, citizen__organisation_id=citizen.organisation_id
    ).exclude(citizen=citizen)
    shared = others.exists()
    point, _ = ContactPoint.objects.get_or_create(
        citizen=citizen, kind=kind, value=written, defaults={"shared": shared}
    )
    if shared:
        others.filter(shared=False).update(shared=True)
    return point


@transaction.atomic
def contact_citizen_set(*, actor: Actor, contact: Contact, citizen: Citizen | None) -> Contact:
    """Say who the contact is with; None: nobody in particular. Its requests without requester follow."""
    can_in_organisation(actor, Verb.RECEPTION, contact.organisation_id).require()
    if citizen is not None and citizen.organisation_id != contact.organisation_id:
        raise Invalid("Cette personne relève d’un autre organisme.")
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    previous = locked.citizen_id
    locked.citizen = citizen
    locked.save(update_fields=["citizen"])
    # Only requests opened for nobody: one opened for a person stays that person's.
    locked.tickets.filter(requester__isnull=True).update(requester=citizen)
    now = clock.now()
    history_write(
        actor=actor,
        verb="contact_citizen_set",
        sentence="Personne choisie." if citizen else "Aucune personne en particulier.",
        at=now,
        contact_id=locked.pk,
        citizen_id=citizen.pk if citizen else previous,
    )
    audit_write(
        actor=actor,
        act="read" if citizen else "write",
        verb="contact_citizen_set",
        entity="contact",
        entity_id=locked.pk,
        citizen_id=citizen.pk if citizen else previous,
        purpose="Accueil",
    )
    return locked


@transaction.atomic
def contact_note_keep(
    *, actor: Actor, contact: Contact, notes: str, difficulties: list[str] | None = None
) -> Contact:
    """Keep what was noted during a contact, and what the person needs help with."""
    can_in_organisation(actor, Verb.RECEPTION, contact.organisation_id).require()
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    locked.notes = notes.strip()
    if difficulties is not None:
        locked.difficulties = difficulties
    locked.save(update_fields=["notes", "difficulties"])
    return locked
