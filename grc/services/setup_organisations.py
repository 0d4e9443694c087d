"""Setting up bodies, their calendars, teams, reception points and lines. Every function may be called again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from grc.calendars import from_dict
from grc.enums import OrganisationKind, VersionKind
from grc.errors import Invalid, NotAllowed
from grc.models import Calendar, Commune, Line, Organisation, Site, Team
from grc.phone_numbers import normalise
from grc.policies import Verb, can_in_organisation
from grc.reference.names import sort_key
from grc.services.setup_rows import row_upsert
from grc.services.versions import version_install
from grc.types import Actor
from grc.voice_script import script_from_json


@transaction.atomic
def organisation_setup(
    *,
    actor: Actor,
    code: str,
    kind: OrganisationKind,
    name: str,
    siret: str = "",
    phone: str = "",
    email: str = "",
    website: str = "",
    address: str = "",
    purpose: str = "",
    hours_text: str = "",
    departement: str = "",
    commune_codes: Sequence[str] = (),
    theme: Mapping[str, Any] | None = None,
    demo_data: bool = False,
) -> Organisation:
    """The body of this code. Only the product itself creates one; its administrators then edit it."""
    known = Organisation.objects.filter(code=code).first()
    if known is not None:
        can_in_organisation(actor, Verb.ADMINISTER, known.pk).require()
    elif actor.kind != "system":
        raise NotAllowed("Seule l’installation crée un organisme.")
    row, _ = row_upsert(
        Organisation,
        actor=actor,
        keys={"code": code},
        values={
            "kind": kind.value,
            "name": name,
            "sort_name": sort_key(name),
            "siret": siret,
            "phone": phone,
            "email": email,
            "website": website,
            "address": address,
            "purpose": purpose,
            "hours_text": hours_text[:300],
            "departement": departement,
            "commune_codes": list(commune_codes),
            "theme": dict(theme or {}),
            "demo_data": demo_data,
        },
    )
    return row


@transaction.atomic
def calendar_setup(
    *, actor: Actor, organisation: Organisation, code: str, label: str, definition: Mapping[str, Any]
) -> Calendar:
    """Opening hours of this code. Raises Invalid (French, per field) when ``definition`` does not read."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    from_dict(definition)
    row, _ = row_upsert(
        Calendar,
        actor=actor,
        keys={"organisation": organisation, "code": code},
        values={"label": label, "definition": dict(definition)},
    )
    return row


@transaction.atomic
def team_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    code: str,
    label: str,
    parent: Team | None = None,
    calendar: Calendar | None = None,
    restricted: bool = False,
    fallback: bool = False,
    demo_data: bool = False,
) -> Team:
    """The team of this code; a code belongs to one body for ever."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    if Team.objects.filter(code=code).exclude(organisation=organisation).exists():
        raise Invalid(f"Le code d’équipe « {code} » est celui d’un autre organisme.")
    row, _ = row_upsert(
        Team,
        actor=actor,
        keys={"organisation": organisation, "code": code},
        values={
            "label": label,
            "parent": parent,
            "calendar": calendar,
            "restricted": restricted,
            "fallback": fallback,
            "demo_data": demo_data,
        },
    )
    return row


@transaction.atomic
def site_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    code: str,
    name: str,
    address: str = "",
    commune: Commune | None = None,
    phone: str = "",
    calendar: Calendar | None = None,
    itinerant: bool = False,
    services: Sequence[str] = (),
    accessibility: str = "",
    demo_data: bool = False,
) -> Site:
    """The reception point of this code."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    row, _ = row_upsert(
        Site,
        actor=actor,
        keys={"organisation": organisation, "code": code},
        values={
            "name": name,
            "sort_name": sort_key(name),
            "address": address,
            "commune": commune,
            "phone": phone,
            "calendar": calendar,
            "itinerant": itinerant,
            "services": list(services),
            "accessibility": accessibility,
            "demo_data": demo_data,
        },
    )
    return row


@transaction.atomic
def line_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    number: str,
    label: str,
    script: Mapping[str, Any],
    calendar: Calendar | None = None,
    receives_sms: bool = False,
) -> Line:
    """The line of this number; ``calendar`` None is open at all hours. A script that changes takes a new version."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    script_from_json(script)
    value = normalise(number)
    known = Line.objects.filter(number=value).first()
    if known is not None and known.organisation_id != organisation.pk:
        raise Invalid("Cette ligne est celle d’un autre organisme.", fields={"number": ["Autre organisme."]})
    values = {"label": label, "calendar": calendar, "receives_sms": receives_sms}
    row, _ = row_upsert(
        Line,
        actor=actor,
        keys={"organisation": organisation, "number": value},
        values=values if known is not None else {**values, "script": {}},
    )
    version_install(actor=actor, kind=VersionKind.VOICE_SCRIPT, subject=row.pk, content=script)
    row.refresh_from_db(fields=["script", "script_version"])
    return row
