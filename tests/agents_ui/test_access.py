"""Role by address: every page of the console, found in the addresses themselves."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern

from agents_ui.urls import urlpatterns
from grc.enums import Role
from grc.models import Organisation, Visit
from grc.services.visits import visit_arrive
from grc.types import Actor
from tests.agents_ui.browser import browser_of
from tests.factories import (
    AT,
    actor_make,
    agent_make,
    call_make,
    callback_make,
    contact_make,
    organisation_make,
    queue_entry_make,
    recording_make,
    site_make,
    team_make,
    ticket_make,
)

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {
    "console-login",
    "console-login-code",
    "console-logout",
    "console-proconnect-leave",
    "console-proconnect-back",
}
WORKERS = {Role.RECEPTION, Role.INSTRUCTOR, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.SITE_LEAD}
RECEIVERS = WORKERS - {Role.INSTRUCTOR}
READERS = WORKERS | {Role.EDITOR}
# What each address asks; an address that is not here makes the test fail, so that nobody forgets to decide.
ASKS = {
    "queue": WORKERS, "queue-rows": WORKERS, "queue-counts": WORKERS, "queue-next": WORKERS,
    "queue-export": WORKERS, "ticket": WORKERS, "ticket-looking": WORKERS, "ticket-preview": WORKERS,
    "ticket-file": WORKERS, "ticket-act": WORKERS, "topics-lookup": WORKERS, "communes-lookup": WORKERS,
    "reception": RECEIVERS, "reception-waiting": RECEIVERS, "reception-open": RECEIVERS,
    "reception-answer": RECEIVERS, "reception-callback": RECEIVERS, "reception-contact": RECEIVERS,
    "contact-script": RECEIVERS, "contact-candidates": RECEIVERS, "contact-person": RECEIVERS,
    "contact-new-person": RECEIVERS, "contact-need": RECEIVERS, "contact-finish": RECEIVERS,
    "desk": RECEIVERS, "desk-site": RECEIVERS, "desk-arrival": RECEIVERS, "desk-next": RECEIVERS,
    "desk-visit": RECEIVERS, "articles-found": READERS, "article": READERS,
    "reception-callback-decide": RECEIVERS, "reception-callback-dial": RECEIVERS, "recording-sound": WORKERS,
    "telephone": RECEIVERS, "telephone-presence": RECEIVERS, "telephone-touch": RECEIVERS,
    "telephone-offer": RECEIVERS, "telephone-move": RECEIVERS, "telephone-notes": RECEIVERS,
    "telephone-token": RECEIVERS, "telephone-softphone": RECEIVERS,
}  # fmt: skip
POSTS = {
    "queue-next", "ticket-looking", "ticket-preview", "ticket-act", "topics-lookup", "communes-lookup",
    "reception-open", "reception-answer", "reception-callback", "reception-callback-decide",
    "reception-callback-dial", "contact-script", "contact-candidates",
    "contact-person", "contact-new-person", "contact-need", "contact-finish", "desk-arrival", "desk-next",
    "desk-visit", "telephone-presence", "telephone-touch", "telephone-offer", "telephone-move", "telephone-notes",
}  # fmt: skip
PATTERNS = {
    str(pattern.name): pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name in ASKS
}


@pytest.fixture
def places() -> tuple[Organisation, dict[str, object]]:
    host = organisation_make("departement")
    team = team_make(host, "insertion")
    ticket = ticket_make(host, team=team)
    contact = contact_make(host)
    entry = queue_entry_make(call_make(contact_make(host)))
    callback = callback_make(contact, team)
    site = site_make(host, "mds-lens")
    actor: Actor = actor_make(host, Role.RECEPTION)
    visit: Visit = visit_arrive(actor=actor, site=site, at=AT)
    return host, {
        "reference": ticket.reference, "attachment_id": 1, "slug": "note", "entry_id": entry.pk,
        "callback_id": callback.pk, "contact_id": contact.pk, "site_code": site.code, "visit_id": visit.pk,
        "offer_id": 1, "ref": "fiche-inconnue",
        "recording_id": recording_make(call_make(contact_make(host)), ticket).pk,
    }  # fmt: skip


def address_of(name: str, values: dict[str, object]) -> str:
    from django.urls import reverse

    wanted = dict(values)
    if name == "desk-visit":
        wanted["slug"] = "recu"
    wanted["slug"] = {"telephone-move": "attente", "telephone-offer": "prendre"}.get(name, wanted["slug"])
    names = PATTERNS[name].pattern.converters
    return reverse(name, kwargs={key: wanted[key] for key in names})


def test_every_address_of_the_console_is_decided() -> None:
    own = {
        str(pattern.name)
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern)
        and str(pattern.pattern).startswith("agents/")
        and pattern.callback.__module__.startswith("agents_ui.")
    }
    assert own - OPEN_TO_ALL - {"console"} == set(ASKS)


@pytest.mark.parametrize("name", sorted(ASKS))
def test_address__without_a_login_leads_to_the_login(
    name: str, places: tuple[Organisation, dict[str, object]]
) -> None:
    address = address_of(name, places[1])
    answer = Client().post(address) if name in POSTS else Client().get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, settings.LOGIN_URL)


@pytest.mark.parametrize("role", list(Role))
def test_address__each_role_opens_its_own_and_nothing_else(
    role: Role, places: tuple[Organisation, dict[str, object]]
) -> None:
    host, values = places
    browser = browser_of(agent_make(host, role=role))
    wrong = []
    for name, roles in ASKS.items():
        address = address_of(name, values)
        status = (browser.post(address) if name in POSTS else browser.get(address)).status_code
        refused = status == 403
        # Emptied forms come back as 4xx pages of the very form: only 403 is a refusal, and 500 is never right.
        if refused == (role in roles) or status >= 500:
            wrong.append((name, status))
    assert wrong == []


def test_address__of_another_organisation_does_not_exist(
    places: tuple[Organisation, dict[str, object]],
) -> None:
    town = organisation_make("commune")
    browser = browser_of(agent_make(town, role=Role.SUPERVISOR))
    found = {}
    for name in ASKS:
        if PATTERNS[name].pattern.converters:
            address = address_of(name, places[1])
            found[name] = (browser.post(address) if name in POSTS else browser.get(address)).status_code
    # Answering somebody else's caller: the caller is simply not in this organisation's queue.
    assert found.pop("reception-answer") == 409
    assert set(found.values()) == {404}
