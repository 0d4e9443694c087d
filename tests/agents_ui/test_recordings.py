"""Listening: who may, what is written down, what is shown when there is nothing to hear."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from pytest_django import Settings

from grc.enums import Role
from grc.models import AuditContent, Organisation, Recording
from tests.agents_ui.browser import browser_of
from tests.factories import (
    AT,
    agent_make,
    call_make,
    contact_make,
    organisation_make,
    queue_entry_make,
    recording_make,
    team_make,
    ticket_make,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_in(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement")


def voicemail(host: Organisation) -> Recording:
    ticket = ticket_make(host, team=team_make(host, "routes"))
    return recording_make(call_make(contact_make(host)), ticket)


def listened() -> int:
    return AuditContent.objects.filter(entity="recording", act="read").count()


def test_sound__is_given_whole_and_written_down(host: Organisation) -> None:
    row = voicemail(host)
    answer = browser_of(agent_make(host)).get(reverse("recording-sound", args=[row.pk]))
    assert (answer.status_code, answer["Content-Type"], len(answer.content)) == (200, "audio/wav", 32_044)
    assert answer["Cache-Control"] == "private, no-store"
    assert listened() == 1


@pytest.mark.parametrize(
    ("asked", "status", "told", "size"),
    [
        ("bytes=0-", 206, "bytes 0-32043/32044", 32_044),
        ("bytes=100-199", 206, "bytes 100-199/32044", 100),
        ("bytes=32000-99999", 206, "bytes 32000-32043/32044", 44),
        ("bytes=99999-", 200, None, 32_044),
        ("bytes=5-2", 200, None, 32_044),
        ("pages=1-2", 200, None, 32_044),
    ],
)
def test_sound__in_parts(host: Organisation, asked: str, status: int, told: str | None, size: int) -> None:
    row = voicemail(host)
    answer = browser_of(agent_make(host)).get(
        reverse("recording-sound", args=[row.pk]), headers={"Range": asked}
    )
    assert (answer.status_code, answer.get("Content-Range"), len(answer.content)) == (status, told, size)


def test_sound__moving_in_it_is_one_listening(host: Organisation) -> None:
    browser, row = browser_of(agent_make(host)), voicemail(host)
    for asked in ("bytes=0-", "bytes=8000-", "bytes=16000-"):
        browser.get(reverse("recording-sound", args=[row.pk]), headers={"Range": asked})
    assert listened() == 1


def test_sound__no_part_is_heard_without_a_line(host: Organisation) -> None:
    row, place = voicemail(host), {"Range": "bytes=1-"}
    with time_machine.travel(AT, tick=False) as clock:
        one, other = browser_of(agent_make(host)), browser_of(agent_make(host))
        for browser in (one, one, other):
            browser.get(reverse("recording-sound", args=[row.pk]), headers=place)
        assert listened() == 2
        clock.shift(timedelta(minutes=31))
        one.get(reverse("recording-sound", args=[row.pk]), headers=place)
        assert listened() == 3


@pytest.mark.parametrize("state", ["ready", "lost", "erased"])
def test_sound__that_is_not_here_does_not_exist(host: Organisation, state: str) -> None:
    row = voicemail(host)
    Recording.objects.update(state=state, file="", erased_at=AT)
    assert browser_of(agent_make(host)).get(reverse("recording-sound", args=[row.pk])).status_code == 404
    assert listened() == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.RECEPTION, 403), (Role.INSTRUCTOR, 403), (Role.SUPERVISOR, 200), (Role.ADMINISTRATOR, 200)],
)
def test_conversation__is_for_evaluation(host: Organisation, role: Role, status: int) -> None:
    row = recording_make(call_make(contact_make(host)))
    answer = browser_of(agent_make(host, role=role)).get(reverse("recording-sound", args=[row.pk]))
    assert answer.status_code == status
    assert listened() == (1 if status == 200 else 0)


def test_conversation__its_own_agent_may_listen(host: Organisation) -> None:
    row, agent = recording_make(call_make(contact_make(host))), agent_make(host)
    row.call.contact.agent = agent
    row.call.contact.save()
    assert browser_of(agent).get(reverse("recording-sound", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("confidentiality", ["discreet", "anonymous"])
def test_conversation__on_a_discreet_request_is_for_nobody_but_its_agent(
    host: Organisation, confidentiality: str
) -> None:
    ticket = ticket_make(host, team=team_make(host, "routes"))
    ticket.confidentiality = confidentiality
    ticket.save()
    row = recording_make(call_make(contact_make(host)))
    queue_entry_make(row.call, ticket=ticket)
    supervisor = browser_of(agent_make(host, role=Role.SUPERVISOR))
    address = reverse("recording-sound", args=[row.pk])
    assert address not in supervisor.get(reverse("recordings")).content.decode()
    assert supervisor.get(address).status_code == 404
    assert listened() == 0


def test_conversations__are_listed_for_supervisors(host: Organisation) -> None:
    row = recording_make(call_make(contact_make(host)))
    recording_make(call_make(contact_make(organisation_make("ailleurs"))))
    page = browser_of(agent_make(host, role=Role.SUPERVISOR)).get(reverse("recordings"))
    text = page.content.decode()
    assert text.count("<audio") == 1
    assert reverse("recording-sound", args=[row.pk]) in text
    assert browser_of(agent_make(host, role=Role.RECEPTION)).get(reverse("recordings")).status_code == 403


def test_ticket__shows_the_message_its_words_and_its_end(host: Organisation) -> None:
    row = voicemail(host)
    Recording.objects.update(transcript="Il y a un trou.", transcript_state="done")
    assert row.message is not None
    assert row.message.ticket is not None
    address = reverse("ticket", args=[row.message.ticket.reference])
    text = browser_of(agent_make(host)).get(address).content.decode()
    assert '<audio controls preload="none"' in text
    assert "Il y a un trou." in text
    assert "Transcription automatique" in text
    assert "Conservé jusqu’au 15 mai 2027 au plus tard." in text.replace("\N{NO-BREAK SPACE}", " ")
    Recording.objects.update(state="erased", file="", erased_at=AT + timedelta(days=3))
    text = browser_of(agent_make(host)).get(address).content.decode()
    assert "<audio" not in text
    assert "Son effacé le" in text
