"""Finding a reception point by telephone, through the network: nearest first, open or not, the address by text."""

from __future__ import annotations

import pytest
from psycopg.types.range import DateRange

from grc.models import Calendar, Call, Commune, Message, Site
from grc.services.dispatching import dispatches_run
from grc.services.outbox import deliveries_run
from routing.models import TerritoryLayer, Zone, ZoneMember
from simulators.telephone.testing import Telephone
from tests.channels_in.reception import LINE, MOBILE, Reception
from tests.channels_in.test_network import phone, reception

__all__ = ["phone", "reception"]
pytestmark = pytest.mark.django_db(transaction=True)
ALWAYS = {day: [["00:00", "24:00"]] for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}  # fmt: skip


@pytest.fixture
def sites(reception: Reception) -> None:
    calendar = Calendar.objects.create(
        organisation=reception.organisation,
        code="toujours",
        label="Toujours",
        definition={"name": "Toujours", "holidays": "none", "weekly": ALWAYS},
    )
    for code, name, commune in (
        ("mds_calais", "MDS de Calais", "62193"),
        ("antenne", "Antenne d’Achiet", "62009"),
        ("mds_arras", "MDS d’Arras", "62041"),
    ):
        Site.objects.create(
            organisation=reception.organisation, code=code, name=name, sort_name=name.lower(),
            commune=Commune.objects.get(pk=commune), address="12 rue de l’Exemple", phone="+33353010602",
            calendar=calendar,
        )  # fmt: skip
    layer = TerritoryLayer.objects.create(organisation=reception.organisation, code="mds", label="MDS")
    zone = Zone.objects.create(layer=layer, code="arrageois", label="Arrageois")
    for insee in ("62041", "62002"):
        ZoneMember.objects.create(
            zone=zone, layer=layer, insee=insee, validity=DateRange(lower=None, upper=None)
        )


def test_sites__of_the_same_zone_first_and_the_address_by_text(
    phone: Telephone, reception: Reception, sites: None
) -> None:
    sid = phone.call(MOBILE, LINE)["sid"]
    for keys in ("5", "5", "62116", "1"):
        phone.press(sid, keys)
    heard = phone.heard(sid)
    # Ablainzevelle shares a zone with Arras; nothing with the others.
    assert heard.index("MDS d’Arras, 12 rue de l’Exemple.") < heard.index(
        "Antenne d’Achiet, 12 rue de l’Exemple."
    )
    assert "MDS de Calais, 12 rue de l’Exemple." not in heard
    assert heard.count("Ouvert à toute heure.") == 2
    phone.press(sid, "1")
    assert "L'adresse vous est envoyée par SMS." in phone.heard(sid)
    deliveries_run()
    dispatches_run()
    phone.settle()
    (text,) = phone.texts(MOBILE)
    assert text["body"] == (
        "Département du Pas-de-Calais : MDS d'Arras, 12 rue de l'Exemple. Tel. 03 53 01 06 02."
    )
    assert Message.objects.get().segments == 1
    phone.hang_up(sid)
    phone.settle()
    assert Call.objects.get().end_kind == "self_served"


def test_sites__heard_and_hung_up_counts_as_served(
    phone: Telephone, reception: Reception, sites: None
) -> None:
    sid = phone.call("anonymous", LINE)["sid"]
    for keys in ("5", "5", "62000"):
        phone.press(sid, keys)
    assert "pour recevoir cette adresse par SMS, tapez 1." not in phone.heard(sid)
    phone.hang_up(sid)
    phone.settle()
    assert Call.objects.get().end_kind == "self_served"
