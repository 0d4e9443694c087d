"""A small organisation with the communes and topics the portal's tests choose among."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from grc.enums import Confidentiality
from grc.models import Organisation, Topic
from tests.factories import commune_make, organisation_make, topic_make


@dataclass(frozen=True)
class Place:
    organisation: Organisation
    housing: Topic
    rent: Topic
    quiet: Topic
    hidden: Topic


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def place_make(settings: Settings) -> Place:
    """The host organisation, four communes (two share a postal code) and a theme with three subjects."""
    settings.GRC_HOST_ORGANISATION = "departement-62"
    organisation = organisation_make("departement-62", name="Département du Pas-de-Calais")
    commune_make("62041", "Arras", postal_codes=["62000"])
    commune_make("62427", "Harnes", postal_codes=["62440"])
    commune_make("62065", "Aubigny", postal_codes=["62223"])
    commune_make("62753", "Saint-Laurent-Blangy", postal_codes=["62223"])
    housing = topic_make(organisation, "logement", label="Logement")
    return Place(
        organisation=organisation,
        housing=housing,
        rent=topic_make(
            organisation,
            "loyer",
            label="Loyers impayés",
            parent=housing,
            words=["je ne peux plus payer mon loyer", "loyer en retard"],
        ),
        quiet=topic_make(
            organisation,
            "violences",
            label="Violences dans le couple",
            parent=housing,
            confidentiality=Confidentiality.DISCREET,
        ),
        hidden=topic_make(
            organisation,
            "planification",
            label="Contraception",
            parent=housing,
            confidentiality=Confidentiality.ANONYMOUS,
        ),
    )


@pytest.fixture
def place(db: None, media: Path, settings: Settings) -> Place:
    return place_make(settings)


@pytest.fixture
def browser(place: Place) -> Client:
    return Client()
