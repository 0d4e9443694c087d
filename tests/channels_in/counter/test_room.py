"""The screen of a waiting room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from grc.enums import Role
from grc.services.visits import visit_arrive, visit_call, visit_serve
from tests.factories import actor_make, organisation_make, site_make

pytestmark = pytest.mark.django_db


def test_room_page__shows_numbers_and_desks_and_nothing_else() -> None:
    host = organisation_make("departement")
    site = site_make(host, "mds-lens")
    actor = actor_make(host, Role.RECEPTION, display_name="Karim Benali")
    now = timezone.now()
    first, second, _third = [
        visit_arrive(actor=actor, site=site, at=now, motive="Violences") for _number in range(3)
    ]
    visit_call(actor=actor, visit=first, desk="Bureau 1", at=now)
    visit_call(actor=actor, visit=second, desk="Bureau 2", at=now + timedelta(seconds=1))
    html = Client().get("/ecran-salle/mds-lens/").content.decode()
    assert '<p class="room-number">2</p>' in html
    assert "Bureau 2" in html
    assert "<strong>1</strong> Bureau 1" in html
    assert "1 personne attend" in html
    assert "Violences" not in html
    assert "Karim" not in html


def test_room_numbers__a_person_received_leaves_the_screen() -> None:
    host = organisation_make("departement")
    site = site_make(host, "mds-lens")
    actor = actor_make(host, Role.RECEPTION)
    visit = visit_arrive(actor=actor, site=site, at=timezone.now())
    visit_call(actor=actor, visit=visit, desk="Bureau 1", at=timezone.now())
    visit_serve(visit=visit, at=timezone.now())
    html = Client().get("/ecran-salle/mds-lens/numeros/").content.decode()
    assert "Personne n’est appelé en ce moment" in html
    assert "<html" not in html


def test_room_page__unknown_site() -> None:
    assert Client().get("/ecran-salle/nulle-part/").status_code == 404
