"""What the portal shows to choose from: themes, topics, the form of a topic, what is known of a resident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grc.errors import NotFound
from grc.models import Account, Citizen, ContactPoint, Fact, Organisation, Topic
from grc.selectors.directory import host_organisation
from grc.types import Actor

SOURCES = {"franceconnect": "FranceConnect"}


def host_organisation_found() -> Organisation | None:
    """The organisation of the platform; None on a platform still empty."""
    try:
        return host_organisation()
    except NotFound:
        return None


@dataclass(frozen=True)
class ThemeShown:
    code: str
    label: str
    examples: tuple[str, ...]


def themes_shown(*, organisation: Organisation) -> list[ThemeShown]:
    """Themes with the labels of their first topics, in the order of the organisation."""
    rows = list(
        Topic.objects.filter(organisation=organisation, closed_on__isnull=True).order_by(
            "position", "sort_label", "id"
        )
    )
    themes = [row for row in rows if row.parent_id is None]
    children: dict[str, list[str]] = {}
    for row in rows:
        if row.parent_id is not None:
            children.setdefault(row.theme, []).append(row.label)
    return [ThemeShown(theme.code, theme.label, tuple(children.get(theme.code, ())[:3])) for theme in themes]


def topics_of_theme(*, organisation: Organisation, theme: str) -> list[Topic]:
    """The theme itself first, then its topics; empty when the code is unknown."""
    rows = Topic.objects.filter(organisation=organisation, theme=theme, closed_on__isnull=True)
    return list(rows.order_by("position", "sort_label", "id"))


def topic_for_form(*, organisation: Organisation, code: str) -> Topic | None:
    return (
        Topic.objects.select_related("competent_organisation")
        .filter(organisation=organisation, code=code, closed_on__isnull=True)
        .first()
    )


@dataclass(frozen=True)
class KnownValue:
    """What is already known for a question, and who said so (shown to the person)."""

    value: str
    source: str


def known_for_form(*, actor: Actor, now: datetime) -> Mapping[str, KnownValue]:
    """Values a logged-in resident need not type again: code of the question -> value and source."""
    if actor.kind != "resident" or actor.citizen_id is None:
        return {}
    facts: dict[str, Fact] = {}
    rows = Fact.objects.filter(citizen_id=actor.citizen_id, validity__contains=now)
    for fact in rows.order_by("level", "id"):
        facts[fact.attribute] = fact
    questions = {
        "first_name": ("given_names",),
        "last_name": ("usual_name", "birth_name"),
        "email": ("email",),
    }
    known = {}
    for question, attributes in questions.items():
        fact_found = next((facts[name] for name in attributes if name in facts and facts[name].value), None)
        if fact_found is not None:
            value = str(fact_found.value)
            # The register gives every first name; people sign with the first.
            value = value.partition(" ")[0] if question == "first_name" else value
            known[question] = KnownValue(value, SOURCES.get(fact_found.process, fact_found.source_label))
    phone = ContactPoint.objects.filter(citizen_id=actor.citizen_id, kind="phone").order_by("-id").first()
    if phone is not None:
        known["phone"] = KnownValue(phone.value, "vos demandes précédentes")
    return known


def resident_name(*, actor: Actor) -> str:
    """How a logged-in resident is greeted."""
    citizen = Citizen.objects.filter(pk=actor.citizen_id).first() if actor.citizen_id else None
    if citizen is None:
        return ""
    first = citizen.given_names.split(" ")[0]
    return f"{first} {citizen.usual_name or citizen.family_name}".strip()


def resident_account(account_id: int) -> Account | None:
    """The active login of a resident, for the session; None for any other."""
    return Account.objects.filter(pk=account_id, kind="resident", is_active=True).first()
