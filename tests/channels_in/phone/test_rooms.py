"""The webhooks of agents' telephones and of the rooms: once, forward only, whatever the order they come in."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from channels_in.phone.provider import TwilioTelephony
from grc.enums import LegKind
from grc.keys import softphone_identity
from grc.models import Agent, CallLeg, CallOffer, InboundReceipt, Line, Presence, QueueEntry
from grc.ports import register_telephony
from grc.services.call_offers import call_offers_run
from tests.channels_in.reception import BASE, VOICE, Caller, Reception, agent_present, post
from tests.telephony import RememberingNetwork


@pytest.fixture
def network(django_capture_on_commit_callbacks: Any) -> Iterator[RememberingNetwork]:
    made = RememberingNetwork()
    register_telephony(made)
    yield made
    register_telephony(None)


def rung(reception: Reception) -> CallLeg:
    """A caller in the queue and the desk phone of an agent ringing for them."""
    agent = agent_present(reception.organisation)
    agent.grants.update(role="reception")
    Agent.objects.filter(pk=agent.pk).update(desk_phone="+33199001234")
    Presence.objects.filter(agent=agent).update(reach="desk_phone", touched_at=timezone.now())
    Caller().to_pothole_in_arras()
    assert call_offers_run() == 1
    return CallLeg.objects.get(kind=LegKind.AGENT)


def picked_up(leg: CallLeg, sid: str = "CAdesk") -> ET.Element:
    answer = post(f"{VOICE}leg/{leg.pk}", {"CallSid": sid, "CallStatus": "in-progress"})
    assert answer.status_code == 200
    return ET.fromstring(answer.content)


def told(leg: CallLeg, status: str, sequence: str = "1", sid: str = "CAdesk") -> int:
    params = {"CallSid": sid, "CallStatus": status, "SequenceNumber": sequence}
    return post(f"{VOICE}leg/{leg.pk}/status", params).status_code


def joined(contact_id: int, sid: str, sequence: str = "1") -> int:
    params = {
        "CallSid": sid,
        "ConferenceSid": "CF1",
        "FriendlyName": f"contact-{contact_id}",
        "StatusCallbackEvent": "participant-join",
        "SequenceNumber": sequence,
    }
    return post(f"{VOICE}conference/contact-{contact_id}", params).status_code


def test_leg__picked_up_twice_gives_the_same_room(reception: Reception, network: RememberingNetwork) -> None:
    leg = rung(reception)
    first = picked_up(leg)
    room = first.find("Dial/Conference")
    assert room is not None
    assert room.text == f"contact-{leg.call.contact_id}"
    assert room.attrib["statusCallback"] == f"{BASE}{VOICE}conference/{room.text}"
    assert ET.tostring(picked_up(leg)) == ET.tostring(first)
    assert CallOffer.objects.get().outcome == "accepted"


def test_leg__ended_is_never_answered_again(reception: Reception, network: RememberingNetwork) -> None:
    leg = rung(reception)
    assert told(leg, "no-answer") == 204
    assert told(leg, "completed", "2") == 204
    document = picked_up(leg)
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
    leg.refresh_from_db()
    assert (leg.end_reason, leg.answered_at) == ("no_answer", None)
    assert QueueEntry.objects.get().state == "waiting"
    assert Presence.objects.get().missed_in_row == 1


def test_leg__the_same_report_twice_counts_once(reception: Reception, network: RememberingNetwork) -> None:
    leg = rung(reception)
    for _time in range(2):
        assert told(leg, "no-answer") == 204
    assert Presence.objects.get().missed_in_row == 1
    assert InboundReceipt.objects.filter(key="CAdesk:no-answer:1").count() == 1


def test_leg__unknown_or_forged_changes_nothing(reception: Reception, network: RememberingNetwork) -> None:
    leg = rung(reception)
    document = post(f"{VOICE}leg/999999", {"CallSid": "CAdesk"})
    assert b"<Hangup" in document.content
    assert post(f"{VOICE}leg/{leg.pk}/status", {"CallSid": "CAdesk"}, token="wrong").status_code == 403
    assert post(f"{VOICE}conference/elsewhere", {"CallSid": "CAdesk"}).status_code == 204
    leg.refresh_from_db()
    assert leg.ended_at is None


def test_conference__the_caller_is_moved_when_the_agent_is_there(
    reception: Reception, network: RememberingNetwork, django_capture_on_commit_callbacks: Any
) -> None:
    leg = rung(reception)
    picked_up(leg)
    contact = leg.call.contact_id
    with django_capture_on_commit_callbacks(execute=True):
        assert joined(contact, "CAdesk") == 204
        assert joined(contact, "CAdesk") == 204
    assert network.joined == [("CA1", f"contact-{contact}")]
    caller = CallLeg.objects.get(kind=LegKind.CALLER)
    assert caller.joined_at is not None


def test_conference__news_of_a_call_that_is_over_changes_nothing(
    reception: Reception, network: RememberingNetwork, django_capture_on_commit_callbacks: Any
) -> None:
    leg = rung(reception)
    picked_up(leg)
    post(VOICE + "status", {"CallSid": "CA1", "CallStatus": "completed", "SequenceNumber": "9"})
    with django_capture_on_commit_callbacks(execute=True):
        assert joined(leg.call.contact_id, "CAdesk") == 204
    assert network.joined == []
    assert Presence.objects.get().state == "wrapping_up"


def test_hold__music_of_the_line_then_again(reception: Reception) -> None:
    Line.objects.update(wait_music_url="https://grc.example.org/static/attente.mp3")
    Caller().dial()
    contact = CallLeg.objects.get().call.contact_id
    document = ET.fromstring(post(f"{VOICE}hold/contact-{contact}", {"CallSid": "CA1"}).content)
    assert [verb.tag for verb in document] == ["Say", "Play", "Redirect"]
    assert document.findtext("Redirect") == f"{BASE}{VOICE}hold/contact-{contact}"


def test_after__goodbye_unless_they_still_wait(reception: Reception, network: RememberingNetwork) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.to_pothole_in_arras()
    caller.post(VOICE + "after")
    assert caller.document.findtext("Redirect") == f"{BASE}{VOICE}again/missed"
    QueueEntry.objects.update(state="left")
    caller.post(VOICE + "after")
    assert caller.verbs == ["Say", "Hangup"]


def test_softphone_token__short_and_for_an_opaque_name(twilio: Settings, db: None) -> None:
    now = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    identity = softphone_identity(7)
    twilio.TWILIO_SOFTPHONE_ENABLED = False
    assert TwilioTelephony().softphone_token(identity=identity, now=now) is None
    twilio.TWILIO_SOFTPHONE_ENABLED = True
    twilio.TWILIO_API_KEY_SID, twilio.TWILIO_API_KEY_SECRET = "SK1", "secret-of-the-tests-0123456789abcdef"
    twilio.TWILIO_TWIML_APP_SID = "AP1"
    with time_machine.travel(now, tick=False):
        found = TwilioTelephony().softphone_token(identity=identity, now=now)
    assert found is not None
    assert found.expires_at == now + timedelta(minutes=10)
    with time_machine.travel(now, tick=False):
        claims = jwt.decode(found.token, twilio.TWILIO_API_KEY_SECRET, algorithms=["HS256"])
    assert jwt.get_unverified_header(found.token)["cty"] == "twilio-fpa;v=1"
    assert (claims["iss"], claims["sub"]) == ("SK1", twilio.TWILIO_ACCOUNT_SID)
    assert claims["exp"] == int(found.expires_at.timestamp())
    assert claims["grants"] == {
        "identity": identity,
        "voice": {"incoming": {"allow": True}, "outgoing": {"application_sid": "AP1"}},
    }
    assert identity.startswith("agent-")
    assert len(identity) == 30
    assert softphone_identity(8) != identity
