"""The demonstration in a real base: whole, coherent, private, and the same when it is seeded again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.plugin import DjangoDbBlocker

from config.demo.seeding.run import seed
from config.demo.seeding.stage import Stage
from grc.enums import CallbackState, DispatchState, EventDeliveryState
from grc.figures.report import service_level_report
from grc.models import (
    Account,
    Agent,
    ApiToken,
    Call,
    Callback,
    Clock,
    Contact,
    Dispatch,
    EventDelivery,
    InstantAnswer,
    Line,
    Message,
    Organisation,
    QueueEntry,
    Team,
    Ticket,
    Topic,
    Visit,
)
from grc.reference.shipped import load_shipped
from grc.selectors.actors import actor_of_agent, actor_of_token
from grc.selectors.tickets import tickets_visible

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
CONTACTS = 30
OWED = 2


@dataclass
class Seeded:
    stage: Stage
    path: Path
    credentials: dict[str, Any]


def _seed(path: Path, now: datetime = NOW) -> Stage:
    shipped = load_shipped()
    pas_de_calais = replace(
        shipped, communes=tuple(row for row in shipped.communes if row.departement == "62")
    )
    return seed(now=now, say=lambda _: None, credentials=path, contacts=CONTACTS, reference=pas_de_calais)


@pytest.fixture(scope="module")
def seeded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seeded]:
    """Seeded once for the whole file, in a transaction that is undone."""
    path = tmp_path_factory.mktemp("demo") / "credentials.json"
    # The real hasher is slow on purpose; what is asked here is that no password is stored in clear.
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with quick, django_db_blocker.unblock(), transaction.atomic():
        stage = _seed(path)
        yield Seeded(stage, path, json.loads(path.read_text("utf-8")))
        transaction.set_rollback(True)


def _rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_seed__writes_the_organisation_of_the_issue(seeded: Seeded) -> None:
    assert Organisation.objects.filter(kind="host").get().code == "cd62"
    assert Organisation.objects.filter(kind="hosted").count() == 3
    assert Topic.objects.filter(parent__isnull=True).count() == 14
    assert Topic.objects.filter(parent__isnull=False).count() >= 90
    assert Team.objects.filter(fallback=True).count() == 4
    assert Agent.objects.count() >= 14


def test_seed__has_one_line_always_open_which_receives_sms_and_one_with_real_hours(seeded: Seeded) -> None:
    always = Line.objects.get(number="+33353010216")
    real = Line.objects.get(number="+33321216216")
    assert (always.calendar, always.receives_sms) == (None, True)
    assert real.calendar is not None
    assert (real.calendar.code, real.receives_sms) == ("hotline", False)
    assert always.script == real.script


def test_seed__plays_the_whole_month(seeded: Seeded) -> None:
    assert Contact.objects.filter(direction="inbound").count() >= CONTACTS
    assert Ticket.objects.count() > 0
    assert Ticket.objects.filter(team__isnull=True).count() == 0
    assert Ticket.objects.exclude(routing_reasons=[]).count() == Ticket.objects.count()
    assert Clock.objects.values("ticket").distinct().count() == Ticket.objects.count()
    assert Contact.objects.filter(started_at__gt=NOW).count() == 0


def test_seed__leaves_nobody_on_the_line_and_two_call_backs_owed(seeded: Seeded) -> None:
    assert Call.objects.filter(ended_at__isnull=True).count() == 0
    assert QueueEntry.objects.filter(state__in=["waiting", "offered"]).count() == 0
    assert Callback.objects.filter(state=CallbackState.DIALLING).count() == 0
    assert Callback.objects.filter(state=CallbackState.OWED).count() == OWED
    assert Visit.objects.filter(served_at__isnull=True).count() == 0


def test_seed__owes_nothing_to_any_provider_nor_subscriber(seeded: Seeded) -> None:
    assert Dispatch.objects.exclude(state=DispatchState.DONE).count() == 0
    assert EventDelivery.objects.exclude(state=EventDeliveryState.DONE).count() == 0
    carried = Message.objects.filter(dispatch__isnull=False)
    assert set(carried.values_list("provider", "delivery")) <= {("demo", "delivered")}


def test_seed__figures_are_the_rows(seeded: Seeded) -> None:
    host = seeded.stage.host
    manager = actor_of_agent(Agent.objects.get(username="isabelle.tournay"))
    start = (NOW - timedelta(days=40)).date()
    report = service_level_report(actor=manager, start=start, end=NOW.date(), now=NOW)
    phone = report["phone"]
    assert phone["offered"] == Call.objects.filter(contact__organisation=host).count()
    assert phone["answered"] == Call.objects.filter(end_kind="answered").count()
    ends = ("answered", "abandoned", "self_served", "redirected", "called_back", "voicemail", "closed_hours")
    assert phone["offered"] == sum(phone[name] for name in ends) + phone["in_progress"]
    assert phone["in_progress"] == 0
    assert report["contacts"]["received"] == Contact.objects.filter(organisation=host).count()
    assert report["counters"]["arrivals"] == Visit.objects.filter(contact__organisation=host).count()
    assert report["instant_answers"] == InstantAnswer.objects.filter(contact__organisation=host).count()
    assert report["tickets"]["opened"] == Ticket.objects.filter(origin_contact__organisation=host).count()
    closed = Ticket.objects.filter(organisation=host, state="closed").count()
    assert report["tickets"]["closed"] == closed


def test_seed__again_changes_nothing(seeded: Seeded) -> None:
    before, file = _rows(), seeded.path.read_bytes()
    _seed(seeded.path, NOW + timedelta(days=1))
    after = _rows()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    assert seeded.path.read_bytes() == file


def test_seed__credentials_are_private_and_the_first_eight_take_everywhere(seeded: Seeded) -> None:
    agents = seeded.credentials["agents"]
    assert seeded.path.stat().st_mode & 0o777 == 0o600
    teams = set(Team.objects.filter(organisation=seeded.stage.host).values_list("pk", flat=True))
    restricted = set(Team.objects.filter(restricted=True).values_list("pk", flat=True))
    for entry in agents[:8]:
        actor = actor_of_agent(Agent.objects.get(username=entry["username"]))
        assert any(grant.team_id is None for grant in actor.grants)
        assert restricted & teams <= actor.team_ids
    assert {entry["role"] for entry in agents} == {
        "reception", "instructor", "supervisor", "manager", "editor", "administrator", "site_lead", "elected",
        "auditor",
    }  # fmt: skip


def test_seed__logins_and_tokens_work_and_are_stored_as_digests(seeded: Seeded) -> None:
    entry = seeded.credentials["agents"][0]
    account = Account.objects.get(username=entry["username"])
    assert account.check_password(entry["password"])
    found = actor_of_token(entry["api_token"], now=NOW)
    assert found is not None
    assert found.actor.label == entry["name"]
    acting = actor_of_token(seeded.credentials["api_token"], now=NOW, act_as=entry["username"])
    assert acting is not None
    assert acting.actor.agent_id == found.actor.agent_id
    secrets = {one[key] for one in seeded.credentials["agents"] for key in ("password", "api_token")}
    stored = {
        *Account.objects.values_list("password", flat=True),
        *ApiToken.objects.values_list("digest", flat=True),
    }
    assert secrets & stored == set()


def test_seed__second_factors_are_those_of_the_file(seeded: Seeded) -> None:
    with_code = {one["username"] for one in seeded.credentials["agents"] if one["totp_secret"]}
    assert with_code == set(TOTPDevice.objects.values_list("user__username", flat=True))
    assert 1 <= len(with_code) <= 3


def test_seed__a_lost_file_is_made_again_and_old_tokens_stop(seeded: Seeded, tmp_path: Path) -> None:
    with transaction.atomic():
        other = tmp_path / "credentials.json"
        _seed(other)
        made = json.loads(other.read_text("utf-8"))
        assert actor_of_token(seeded.credentials["api_token"], now=NOW) is None
        assert actor_of_token(made["api_token"], now=NOW) is not None
        transaction.set_rollback(True)


def test_seed__three_towns_see_only_their_own(seeded: Seeded) -> None:
    lea = actor_of_agent(Agent.objects.get(username="lea.duriez"))
    towns = set(Organisation.objects.filter(kind="hosted").values_list("pk", flat=True))
    assert {grant.organisation_id for grant in lea.grants} == towns
    seen = tickets_visible(lea)
    assert set(seen.values_list("organisation_id", flat=True)) <= towns
    host_agent = actor_of_agent(Agent.objects.get(username="claire.delattre"))
    theirs = tickets_visible(host_agent).values_list("organisation__code", flat=True)
    assert set(theirs) == {"cd62"}
