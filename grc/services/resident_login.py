"""A login of a resident: the same identity is always the same person; nothing else ever makes two people one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from grc.enums import AccountKind, ContactPointKind
from grc.models import Account, Citizen, CitizenLogin, ContactPoint, Fact, Identity, Organisation
from grc.reference.names import fold
from grc.services.audit import audit_write
from grc.services.history import history_write
from grc.types import Actor

PROVIDER: Final = "franceconnect"
LEVEL_IDENTITY: Final = 600
LEVEL_EMAIL: Final = 250  # declared at the identity provider, shared by couples, changes
FRANCE: Final = "99100"
# Claim -> attribute of the facts. The pivot is the first six.
CLAIMS: Final[Mapping[str, str]] = {
    "family_name": "birth_name",
    "given_name": "given_names",
    "birthdate": "birth_date",
    "gender": "gender",
    "birthplace": "birth_place",
    "birthcountry": "birth_country",
    "preferred_username": "usual_name",
    "email": "email",
}


@dataclass(frozen=True)
class ResidentLogin:
    """``how``: ``known`` (same identity), ``linked`` (exactly one person had this pivot) or ``created``."""

    account: Account
    citizen: Citizen
    how: str


@transaction.atomic
def resident_login(
    *, organisation: Organisation, issuer: str, subject: str, claims: Mapping[str, Any], at: datetime
) -> ResidentLogin:
    """The login behind (issuer, subject), made the first time, and the person it leads to.

    A first login is given to an existing person only when exactly one holds the full pivot, certified, and has no login
    at this issuer yet; else a new person is made, and an agent may bring the two together. E-mail and telephone are
    never looked at.
    """
    with connection.cursor() as cursor:
        # Two browsers of one person may come back at the same second.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"{issuer}|{subject}"])
    identity = Identity.objects.select_related("account").filter(issuer=issuer, subject=subject).first()
    if identity is not None:
        login = CitizenLogin.objects.select_related("citizen").get(account=identity.account)
        Identity.objects.filter(pk=identity.pk).update(last_seen_at=at)
        citizen, how = login.citizen or _citizen_new(organisation, at), "known"
        if login.citizen_id is None:
            CitizenLogin.objects.filter(pk=login.pk).update(citizen=citizen)
        account = identity.account
    else:
        found = _citizen_of_pivot(organisation, issuer, claims, at)
        citizen, how = (found, "linked") if found else (_citizen_new(organisation, at), "created")
        account = _account_new(issuer, subject, citizen, at)
    _facts_keep(citizen, claims, at)
    _names_keep(citizen, claims)
    _told(account, citizen, how, at)
    return ResidentLogin(account, citizen, how)


def _text(claims: Mapping[str, Any], name: str) -> str:
    return str(claims.get(name) or "").strip()


def _birth_date(claims: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(_text(claims, "birthdate"))
    except ValueError:
        return None


def _pivot_facts(claims: Mapping[str, Any]) -> dict[str, str] | None:
    """What the person must already hold as certified facts; None when the pivot that came is not whole."""
    country = _text(claims, "birthcountry")
    wanted = {"gender": _text(claims, "gender"), "birth_country": country}
    if country == FRANCE:
        # Abroad the place is empty: FranceConnect leaves it out of its own key too.
        wanted["birth_place"] = _text(claims, "birthplace")
    names = _text(claims, "family_name") and _text(claims, "given_name")
    return wanted if names and _birth_date(claims) and all(wanted.values()) else None


def _citizen_of_pivot(
    organisation: Organisation, issuer: str, claims: Mapping[str, Any], at: datetime
) -> Citizen | None:
    wanted = _pivot_facts(claims)
    if wanted is None:
        return None
    rows = Citizen.objects.filter(
        organisation=organisation, birth_date=_birth_date(claims), anonymised_at__isnull=True
    ).exclude(logins__account__identities__issuer=issuer)
    family, given = fold(_text(claims, "family_name")), fold(_text(claims, "given_name"))
    same = [
        citizen
        for citizen in rows.distinct()
        if fold(citizen.family_name) == family
        and fold(citizen.given_names) == given
        and _holds(citizen, wanted, at)
    ]
    return same[0] if len(same) == 1 else None


def _holds(citizen: Citizen, wanted: Mapping[str, str], at: datetime) -> bool:
    current: dict[str, str] = {}
    rows = Fact.objects.filter(citizen=citizen, attribute__in=wanted, validity__contains=at)
    for fact in rows.order_by("level", "id"):
        current[fact.attribute] = str(fact.value)
    return current == dict(wanted)


def _citizen_new(organisation: Organisation, at: datetime) -> Citizen:
    return Citizen.objects.create(organisation=organisation, created_at=at)


def _account_new(issuer: str, subject: str, citizen: Citizen, at: datetime) -> Account:
    # The name of a resident's login is never typed nor shown.
    account = Account.objects.create_account(kind=AccountKind.RESIDENT, username=f"usager-{uuid.uuid4().hex}")
    Identity.objects.create(
        provider=PROVIDER, issuer=issuer, subject=subject, account=account, last_seen_at=at
    )
    CitizenLogin.objects.create(account=account, citizen=citizen)
    return account


def _facts_keep(citizen: Citizen, claims: Mapping[str, Any], at: datetime) -> None:
    """One fact for each claim that came and is not already known so, from the same source."""
    for claim, attribute in CLAIMS.items():
        value = _text(claims, claim)
        if not value:
            continue
        last = (
            Fact.objects.filter(citizen=citizen, attribute=attribute, process=PROVIDER)
            .order_by("-id")
            .first()
        )
        if last is not None and last.value == value:
            continue
        Fact.objects.create(
            citizen=citizen,
            attribute=attribute,
            value=value,
            process=PROVIDER,
            level=LEVEL_EMAIL if attribute == "email" else LEVEL_IDENTITY,
            validity=DateTimeTZRange(at, None),
            source_kind="login",
            source_label="FranceConnect",
        )
    if email := _text(claims, "email").lower():
        ContactPoint.objects.get_or_create(
            citizen=citizen, kind=ContactPointKind.EMAIL, value=email[:254], defaults={"verified_at": None}
        )


def _names_keep(citizen: Citizen, claims: Mapping[str, Any]) -> None:
    """The record follows the identity, which no weaker source may contradict."""
    citizen.family_name = _text(claims, "family_name")[:120] or citizen.family_name
    citizen.given_names = _text(claims, "given_name")[:160] or citizen.given_names
    citizen.usual_name = _text(claims, "preferred_username")[:120] or citizen.usual_name
    citizen.birth_date = _birth_date(claims) or citizen.birth_date
    names = dict.fromkeys((citizen.family_name, citizen.usual_name, citizen.given_names))
    citizen.search_name = fold(" ".join(name for name in names if name))[:300]
    citizen.save(update_fields=["family_name", "given_names", "usual_name", "birth_date", "search_name"])


def _told(account: Account, citizen: Citizen, how: str, at: datetime) -> None:
    actor = Actor(
        kind="resident",
        label="La personne",
        account_id=account.pk,
        citizen_id=citizen.pk,
        organisation_id=citizen.organisation_id,
    )
    sentences = {
        "known": "Connexion par FranceConnect.",
        "linked": "Première connexion par FranceConnect : identité complète identique, fiche reprise.",
        "created": "Première connexion par FranceConnect : fiche créée.",
    }
    history_write(
        actor=actor, verb="resident_logged_in", sentence=sentences[how], at=at, citizen_id=citizen.pk
    )
    audit_write(
        actor=actor,
        verb="login",
        entity="account",
        entity_id=account.pk,
        citizen_id=citizen.pk,
        details={"how": how},
    )
