"""Who may call the webhooks."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from channels_in.receive.webhook import REFUSED
from grc.models import Contact, InboundReceipt, RawPayload
from tests.channels_in.reception import BASE, LINE, OTHER_TOKEN, TOKEN, VOICE, Reception, post, signature_of

CALL = {"CallSid": "CA1", "From": "+33321000042", "To": LINE}
SMS = {"MessageSid": "SM1", "From": "+33639980042", "To": LINE, "Body": "Bonjour"}
ADDRESSES = [
    VOICE + "incoming",
    VOICE + "step/1",
    VOICE + "wait/1",
    VOICE + "left/1",
    VOICE + "again/missed",
    VOICE + "status",
    VOICE + "recording",
    VOICE + "leg/1",
    VOICE + "leg/1/status",
    "/webhooks/twilio/messaging/incoming",
    "/webhooks/twilio/messaging/status",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_webhook__forged_leaves_nothing_but_a_count(
    path: str, reception: Reception, caplog: pytest.LogCaptureFixture
) -> None:
    before = REFUSED.labels(provider="twilio")._value.get()
    caplog.set_level(logging.DEBUG, logger="django")
    assert post(path, CALL | SMS, token="not-ours").status_code == 403
    assert Client().post(path, CALL | SMS).status_code == 403
    assert Client().get(path).status_code == 403
    assert REFUSED.labels(provider="twilio")._value.get() == before + 3
    assert (InboundReceipt.objects.count(), RawPayload.objects.count(), Contact.objects.count()) == (0, 0, 0)
    assert [record for record in caplog.records if record.name == "django.request"] == []


def test_webhook__a_changed_parameter_breaks_the_signature(reception: Reception) -> None:
    signed = signature_of(TOKEN, BASE + VOICE + "incoming", CALL)
    changed = CALL | {"From": "+33321000043"}
    answer = Client().post(VOICE + "incoming", changed, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 403


def test_webhook__both_tokens_pass_during_a_rotation(reception: Reception, twilio: Settings) -> None:
    assert post(VOICE + "incoming", CALL, token=OTHER_TOKEN).status_code == 403
    twilio.TWILIO_AUTH_TOKENS = [TOKEN, OTHER_TOKEN]
    assert post(VOICE + "incoming", CALL, token=OTHER_TOKEN).status_code == 200
    assert post(VOICE + "incoming", CALL, token=TOKEN).status_code == 200


def test_webhook__query_and_public_address_are_signed(reception: Reception) -> None:
    path = VOICE + "status?of=line"
    params = CALL | {"CallStatus": "ringing"}
    good = signature_of(TOKEN, BASE + path, params)
    without = signature_of(TOKEN, BASE + VOICE + "status", params)
    local = signature_of(TOKEN, "http://testserver" + path, params)
    codes = [
        Client().post(path, params, headers={"X-Twilio-Signature": signed}).status_code
        for signed in (good, without, local)
    ]
    assert codes == [204, 403, 403]


def test_webhook__off_refuses_everything(reception: Reception, twilio: Settings) -> None:
    twilio.TWILIO_AUTH_TOKENS = []
    assert post(VOICE + "incoming", CALL, token="").status_code == 403


def test_webhook__json_needs_the_digest_of_its_body(reception: Reception) -> None:
    body = '{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}'
    digest = "5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9"
    path = f"{VOICE}status?bodySHA256={digest}"
    headers = {"X-Twilio-Signature": signature_of(TOKEN, BASE + path, {})}

    def sent(to: str, text: str, signed: dict[str, str]) -> int:
        return Client().post(to, text, content_type="application/json", headers=signed).status_code

    assert sent(path, body, headers) == 204
    assert sent(path, body + " ", headers) == 403
    bare = {"X-Twilio-Signature": signature_of(TOKEN, BASE + VOICE + "status", {})}
    assert sent(VOICE + "status", body, bare) == 403


def test_webhook__signed_get_is_not_a_webhook_of_ours(reception: Reception) -> None:
    headers = {"X-Twilio-Signature": signature_of(TOKEN, BASE + VOICE + "incoming", {})}
    assert Client().get(VOICE + "incoming", headers=headers).status_code == 405
