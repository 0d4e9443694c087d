"""Signature vectors of Twilio's documentation and of its own library."""

from twilio.request_validator import RequestValidator

from simulators.telephone.signature import sign, sign_json, signed_url
from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product


def test_sign__documented_form() -> None:
    params = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675310"),
        ("Digits", "1234"),
        ("From", "+14158675310"),
        ("To", "+18005551212"),
    ]
    assert (
        sign("12345", "https://example.com/myapp.php?foo=1&bar=2", params) == "L/OH5YylLD5NRKLltdqwSvS0BnU="
    )


def test_sign_json__documented_body() -> None:
    body = b'{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}'
    digest = "5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9"
    assert sign_json("12345", "https://example.com/j", body) == (
        f"https://example.com/j?bodySHA256={digest}",
        "cMLNVbrK2jDL9veMeL3wrD4d5ng=",
    )


def test_sign__repeated_parameter_is_a_sorted_set() -> None:
    params = [("a", "2"), ("a", "1"), ("a", "2")]
    assert sign("t", "https://example.com/", params) == sign(
        "t", "https://example.com/", [("a", "1"), ("a", "2")]
    )


def test_signed_url__drops_credentials_and_fragment() -> None:
    assert signed_url("https://me:secret@example.com:8443/p?q=1#rc=2") == "https://example.com:8443/p?q=1"


def test_webhook__twilio_library_accepts_it(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Gather method="GET" action="/next?step=é" numDigits="1"/>'
    product.documents["/next"] = "<Hangup/>"
    call = phone.call(CALLER, LINE)
    phone.press(call["sid"], "5")
    validator = RequestValidator(phone.settings.auth_token)
    posted, got = product.to("/voice")[0], product.to("/next")[0]
    assert validator.validate(posted.url, posted.params, posted.headers["X-Twilio-Signature"])
    assert got.method == "GET"
    assert got.params["Digits"] == "5"
    assert validator.validate(got.url, {}, got.headers["X-Twilio-Signature"])
    assert not validator.validate(
        posted.url, {**posted.params, "From": "+33"}, posted.headers["X-Twilio-Signature"]
    )
