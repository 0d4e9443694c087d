"""Invited agents recognised through ProConnect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from grc.errors import NotAllowed
from grc.models import Account, Agent, AgentLogin, Identity, LoginTry, Organisation
from grc.services.logins import agent_account_of_identity, login_try_count
from grc.tasks import console_purge
from tests.factories import agent_make, organisation_make

pytestmark = pytest.mark.django_db
SIRET = "22620001200012"
ISSUER = "https://proconnect.example/api/v2"


@pytest.fixture
def maud() -> Agent:
    host = organisation_make("departement")
    Organisation.objects.filter(pk=host.pk).update(siret=SIRET)
    agent = agent_make(host, "maud")
    Agent.objects.filter(pk=agent.pk).update(email="Maud@departement.example")
    return agent


def account_of(
    subject: str = "sub-1", email: str = "maud@departement.example", siret: str = SIRET
) -> Account:
    return agent_account_of_identity(
        issuer=ISSUER, subject=subject, email=email, siret=siret, now=timezone.now()
    )


def test_agent_account_of_identity__first_visit_links_the_invited_agent(maud: Agent) -> None:
    account = account_of()
    assert AgentLogin.objects.get(account=account).agent == maud
    assert account.kind == "agent"
    assert not account.has_usable_password()
    identity = Identity.objects.get()
    assert (identity.provider, identity.issuer, identity.subject) == ("proconnect", ISSUER, "sub-1")


def test_agent_account_of_identity__later_the_identity_alone_counts(maud: Agent) -> None:
    first = account_of()
    assert account_of(email="autre@departement.example", siret="") == first
    assert Identity.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "siret"),
    [("inconnue@departement.example", SIRET), ("maud@departement.example", "21620041600018"), ("", SIRET)],
)
def test_agent_account_of_identity__nobody_invited_is_refused(maud: Agent, email: str, siret: str) -> None:
    with pytest.raises(NotAllowed):
        account_of(email=email, siret=siret)
    assert (Identity.objects.count(), Account.objects.count(), Agent.objects.count()) == (0, 0, 1)


def test_agent_account_of_identity__the_same_subject_of_another_issuer_is_somebody_else(maud: Agent) -> None:
    account_of()
    with pytest.raises(NotAllowed):
        agent_account_of_identity(
            issuer="https://other.example",
            subject="sub-1",
            email="x@y.example",
            siret=SIRET,
            now=timezone.now(),
        )


def test_agent_account_of_identity__two_agents_with_one_address_is_nobody(maud: Agent) -> None:
    twin = agent_make(maud.organisation, "maud2")
    Agent.objects.filter(pk=twin.pk).update(email="maud@departement.example")
    with pytest.raises(NotAllowed):
        account_of()


def test_agent_account_of_identity__a_closed_agent_is_refused(maud: Agent) -> None:
    account_of()
    Agent.objects.filter(pk=maud.pk).update(closed_on="2026-01-01")
    with pytest.raises(NotAllowed):
        account_of()


def test_console_purge__keeps_only_what_still_counts(maud: Agent) -> None:
    now = timezone.now()
    login_try_count(username="maud", address="192.0.2.1", now=now - timedelta(minutes=16))
    login_try_count(username="maud", address="192.0.2.1", now=now)
    console_purge()
    assert LoginTry.objects.count() == 1
