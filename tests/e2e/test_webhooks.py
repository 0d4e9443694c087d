"""One path per channel, driven by a script that only knows the credentials and the contract."""

from __future__ import annotations

import re
import secrets

from tests.support.demonstration import Demonstration, SignedCall, eventually


def dial_for_housing(demo: Demonstration) -> tuple[SignedCall, str]:
    """Call, choose housing, key the postal code of Béthune; gives the call and the reference heard."""
    call = SignedCall(demo, demo.line)
    call.ring()
    for _ in range(3):
        if re.search(r"[Pp]our [^.]*logement[^.]*, tapez \d", call.said()):
            break
        call.press(call.key_for("logement|toit|vivre"))
    call.press(call.key_for("logement"))
    said = call.said()
    for _ in range(3):
        if "code postal" in said:
            break
        said = call.press("1")
    said = call.press("62400")
    if "tapez" in said and "commune" in said:
        said = call.press(call.key_for("Béthune"))
    contact = eventually(lambda: demo.contacts(call.sid), what="the contact of the call")[0]
    assert len(contact["tickets"]) == 1
    ticket = contact["tickets"][0]
    return call, ticket["reference"] if isinstance(ticket, dict) else ticket


def test_phone__a_call_is_a_ticket_on_its_topic_and_place_before_it_waits(demo: Demonstration) -> None:
    call, reference = dial_for_housing(demo)
    spoken = re.sub(r"\D", "", call.said())
    assert reference in spoken
    ticket = eventually(
        lambda: (found := demo.ticket(reference))["team"] and found, seconds=5, what="the team of the ticket"
    )
    assert ticket["topic"]["code"].startswith("logement")
    assert ticket["commune"] == {"code": "62119", "name": "Béthune"}
    assert ticket["channel"] == "phone"
    assert ticket["routing_reasons"]
    demo.webhook(
        "/webhooks/twilio/voice/status",
        call.fields(CallStatus="completed", SequenceNumber="4", CallDuration="60"),
    )
    assert demo.ticket(reference)["state"] in ("new", "open")


def test_phone__every_request_sent_twice_makes_one_of_each(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    first = call.ring()
    assert call.again() == first
    while "code postal" not in call.said():
        said = call.press(
            call.key_for("logement|toit|vivre") if "logement" not in call.said() else call.key_for("logement")
        )
        assert call.again() == said
    said = call.press("62400")
    assert call.again() == said
    contacts = demo.contacts(call.sid)
    assert len(contacts) == 1
    assert len(contacts[0]["tickets"]) <= 1


def test_phone__a_forged_signature_is_refused_and_leaves_nothing(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    answer = demo.webhook("/webhooks/twilio/voice/incoming", call.fields(), signature="bm9wZQ==")
    assert answer.status_code == 403
    assert demo.contacts(call.sid) == []


def test_phone__hidden_and_unknown_numbers_are_welcome(demo: Demonstration) -> None:
    for caller in ("anonymous", "+266696687", "+32470000000", ""):
        call = SignedCall(demo, demo.line, caller=caller)
        assert "tapez" in call.ring()
        assert len(demo.contacts(call.sid)) == 1


def test_phone__a_postal_code_that_does_not_exist_is_asked_again(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    call.ring()
    while "code postal" not in call.said():
        call.press(
            call.key_for("logement|toit|vivre") if "logement" not in call.said() else call.key_for("logement")
        )
    said = call.press("99999")
    assert "code postal" in said
    assert call.document.find(".//Gather") is not None


def sms(demo: Demonstration, body: str, *, sid: str = "", sender: str = "+33639980077") -> str:
    sid = sid or f"SM{secrets.token_hex(16)}"
    answer = demo.webhook(
        "/webhooks/twilio/messaging/incoming",
        {
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": demo.credentials["twilio"]["account_sid"],
            "From": sender,
            "To": demo.line,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
        },
    )
    assert answer.status_code == 200, answer.text
    return sid


def test_sms__is_a_ticket_and_its_answer_goes_back_once(demo: Demonstration) -> None:
    sender = "+33639980078"
    sid = sms(demo, "Bonjour, je cherche un logement à 62400 Béthune", sender=sender)
    sms(demo, "Bonjour, je cherche un logement à 62400 Béthune", sid=sid, sender=sender)
    contact = demo.contacts(sid)[0]
    assert len(contact["tickets"]) == 1
    reference = contact["tickets"][0]["reference"]
    eventually(lambda: demo.ticket(reference)["team"], seconds=5, what="the team of the SMS ticket")
    agent = demo.credentials["agents"][0]["api_token"]
    assert demo.api("POST", f"/tickets/{reference}/claim", token=agent).status_code == 200
    answer = demo.api(
        "POST", f"/tickets/{reference}/reply", token=agent, json={"body": "Nous vous rappelons demain."}
    )
    assert answer.status_code == 200

    def received() -> list[dict[str, str]]:
        texts = demo.control("GET", "/sms", params={"number": sender})
        rows = texts if isinstance(texts, list) else texts["messages"]
        return [row for row in rows if "rappelons demain" in row["body"]]

    assert len(eventually(received, seconds=15, what="the SMS on the telephone")) == 1
    closed = demo.api(
        "POST", f"/tickets/{reference}/close", token=agent, json={"outcome": "answered", "note": "Vu."}
    )
    assert closed.status_code == 200
    assert demo.ticket(reference)["outcome"] == "answered"
    assert len(received()) == 1


def test_sms__bad_input_is_kept_and_answered_clearly(demo: Demonstration) -> None:
    for body, sender in (("", "+33639980081"), ("é" * 4000, "+33639980082"), ("🙂 🏠", "+33639980083")):
        sid = sms(demo, body, sender=sender)
        assert len(demo.contacts(sid)) == 1


def test_report__the_calls_add_up(demo: Demonstration) -> None:
    answer = demo.api("GET", "/reports/service-level", params={"start": "2020-01-01", "end": "2020-01-02"})
    assert answer.status_code == 200
    assert answer.json()["phone"]["offered"] == 0
    whole = demo.api("GET", "/reports/service-level", params={"start": "2026-01-01", "end": "2027-12-31"})
    phone = whole.json()["phone"]
    parts = (
        "answered", "abandoned", "self_served", "redirected", "called_back", "voicemail", "closed_hours",
        "in_progress",
    )  # fmt: skip
    assert phone["offered"] == sum(phone[part] for part in parts)
    assert phone["offered"] > 0
