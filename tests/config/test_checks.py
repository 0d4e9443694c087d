"""The start-up checks of numbers and senders, and the documents for the days when everything is off."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from pytest_django import Settings

from grc.enums import Channel
from grc.errors import Invalid
from grc.models import Dispatch, Line
from grc.services.messages import Way, message_send
from tests.config.test_settings_environment import PRODUCTION, ROOT, settings_read
from tests.factories import AT, SYSTEM, contact_make, organisation_make
from tests.support.twiml_rules import MESSAGING, problems


@pytest.mark.parametrize("name", ["TWILIO_PHONE_NUMBER", "TWILIO_SMS_SENDER"])
@pytest.mark.parametrize("number", ["+33612345678", "+33700000000"])
def test_settings__refuse_to_start_with_a_mobile_number(name: str, number: str) -> None:
    done = settings_read({**PRODUCTION, name: number})
    assert done.returncode == 1
    assert f"BadEnvironment: {name} : {number} est un numéro en 06 ou 07" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_SMS_SENDER", "Département 62"),
        ("TWILIO_SMS_SENDER", "123456"),
        ("TWILIO_PHONE_NUMBER", "DEPT62"),
    ],
)
def test_settings__refuse_what_no_network_carries(name: str, value: str) -> None:
    done = settings_read({**PRODUCTION, name: value})
    assert f"BadEnvironment: {name} : « {value} »" in done.stderr


@pytest.mark.parametrize("sender", ["DEPT 62", "38600", "+33937000000"])
def test_settings__take_what_the_law_allows(sender: str) -> None:
    done = settings_read({**PRODUCTION, "TWILIO_SMS_SENDER": sender}, "TWILIO_SMS_SENDER")
    assert done.stdout == f"{sender}\n", done.stderr


def test_check_deploy__finds_nothing_in_production() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**PRODUCTION, "TWILIO_SMS_SENDER": "DEPT62", "DATABASE_POOL_SIZE": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_check__names_the_setting(settings: Settings) -> None:
    settings.TWILIO_SMS_SENDER = "+33612345678"
    found = [one for one in run_checks() if one.id == "grc.E001"]
    assert [one.msg.partition(" : ")[0] for one in found] == ["TWILIO_SMS_SENDER"]


@pytest.mark.django_db
def test_check__names_a_line_and_a_one_way_sender(settings: Settings) -> None:
    organisation = organisation_make()
    Line.objects.create(organisation=organisation, number="+33612345678", label="Mobile", script={})
    settings.TWILIO_SMS_SENDER = "DEPT62"
    found = {
        str(one.id): one.msg for one in run_checks(databases=["default"]) if str(one.id).startswith("grc.")
    }
    assert sorted(found) == ["grc.E002", "grc.W001"]
    assert found["grc.E002"].startswith("Ligne +33612345678 : ")


def sent(sender: str, body: str, *, automatic: bool) -> str:
    contact = contact_make(organisation_make(), channel=Channel.SMS, address_value="+33639980042")
    way = Way(Channel.SMS, "+33639980042", sender)
    message = message_send(
        actor=SYSTEM, contact=contact, ticket=None, way=way, body=body, at=AT, automatic=automatic
    )
    return message.body


@pytest.mark.django_db
def test_message__from_a_name_never_asks_for_an_answer() -> None:
    body = "Un souci? Répondez à ce SMS ou appelez le 3939."
    assert sent("DEPT62", body, automatic=True) == "Un souci? Appelez le 3939."


@pytest.mark.django_db
def test_message__an_agent_is_told_that_nobody_could_answer() -> None:
    with pytest.raises(Invalid, match="auquel personne ne peut répondre") as refused:
        sent("DEPT62", "Répondez à ce SMS.", automatic=False)
    assert refused.value.code == "one_way_sender"
    assert not Dispatch.objects.exists()


@pytest.mark.django_db
def test_message__two_ways_keeps_its_words_and_a_mobile_sender_is_refused() -> None:
    assert sent("38600", "Répondez à ce SMS.", automatic=True) == "Répondez à ce SMS."
    with pytest.raises(Invalid, match="2022-1583"):
        sent("+33612345678", "Bonjour", automatic=True)


def test_fallback_documents__are_what_twilio_plays(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ORGANISATION_HOURS = "de 8 h à 18 h"
    call_command("fallback_documents", str(tmp_path / "made"))
    voice = (tmp_path / "made" / "voice-fallback.xml").read_text("utf-8")
    texts = (tmp_path / "made" / "messaging-fallback.xml").read_text("utf-8")
    assert problems(voice) == problems(texts, MESSAGING) == []
    assert "Nous répondons au téléphone : de 8 h à 18 h." in [
        say.text for say in ET.fromstring(voice).iter("Say")
    ]
    assert ET.fromstring(voice).find("Redirect") is None
    assert capsys.readouterr().out.count("fallback.xml") == 2


def test_fallback_documents__says_why_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="Impossible d’écrire dans"):
        call_command("fallback_documents", str(tmp_path / "file"))
