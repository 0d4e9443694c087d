"""Guidance and the report through the API."""

from __future__ import annotations

import pytest

from grc.enums import Role
from tests.agents_ui.pilotage.month import live
from tests.channels_in.api.calls import program_with
from tests.factories import organisation_make
from tests.knowledge.demo_articles import demo_articles_publish

pytestmark = pytest.mark.django_db


def test_guidance_read__best_first() -> None:
    client = program_with(demo_articles_publish(), Role.RECEPTION)
    status, body = client.get("/guidance", q="loyer impayé", limit=2)
    assert (status, body["next"], body["degraded"]) == (200, None, False)
    assert body["items"][0]["ref"] == "loyers-impayes"
    assert sorted(body["items"][0]) == ["ref", "score", "summary", "title", "topics", "version"]
    assert client.get("/guidance", q="")[1]["items"] == []
    assert client.get("/guidance")[0] == 422


def test_service_level_read__the_report() -> None:
    client = program_with(live().organisation, Role.MANAGER)
    status, body = client.get("/reports/service-level", start="2026-11-16", end="2026-11-18")
    assert (status, body["phone"]["offered"], body["tickets"]["opened"]) == (200, 9, 4)
    assert body["tickets"]["by_channel"] == {"sms": 2, "counter": 1, "web": 1}


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("hier", "2026-11-18", "Une date de la période est illisible."),
        ("2026-11-18", "2026-11-16", "La date de fin précède la date de début."),
        ("2010-01-01", "2026-11-16", "La période dépasse 800 jours."),
    ],
)
def test_service_level_read__wrong_dates(start: str, end: str, sentence: str) -> None:
    client = program_with(organisation_make(), Role.MANAGER)
    status, body = client.get("/reports/service-level", start=start, end=end)
    assert (status, body["error"]["sentence"]) == (422, sentence)


def test_service_level_read__not_for_every_role() -> None:
    client = program_with(organisation_make(), Role.RECEPTION)
    assert client.get("/reports/service-level", start="2026-11-16", end="2026-11-18")[0] == 403
