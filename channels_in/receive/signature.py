"""Did Twilio send this? Checked on the address Twilio was given, which is never the one a proxy shows us."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, QueryDict
from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"


def request_is_signed(request: HttpRequest) -> bool:
    """Whether the signature is right for one of our tokens (two during a rotation). No token: nothing is right."""
    signature = request.headers.get(HEADER, "")
    if not signature or not settings.TWILIO_AUTH_TOKENS:
        return False
    address = public_address(request)
    if request.content_type == "application/json":
        if "bodySHA256" not in request.GET:
            return False
        return _is_right(address, request.body.decode("utf-8", "replace"), signature)
    return _is_right(address, _parameters(request), signature)


def public_address(request: HttpRequest) -> str:
    """The address that was called, as Twilio knows it."""
    query = request.META.get("QUERY_STRING", "")
    return f"{settings.PUBLIC_BASE_URL}{request.path}" + (f"?{query}" if query else "")


def _parameters(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    # Every name that came, known or not: Twilio may add some at any time and signs them all.
    return request.POST if request.method == "POST" else {}


def _is_right(address: str, signed: Mapping[str, Sequence[str]] | str, signature: str) -> bool:
    if isinstance(signed, QueryDict) and _is_usual(address, signed, signature):
        return True
    # Rarer: an address told with or without its port, a body signed by its digest. The library knows them all.
    return any(
        RequestValidator(token).validate(address, signed, signature) for token in settings.TWILIO_AUTH_TOKENS
    )


def _is_usual(address: str, posted: QueryDict, signature: str) -> bool:
    """The signature of nearly every webhook, computed once: the address as we gave it, then each name and value.

    A name that comes twice is left to the library.
    """
    text = address
    for name in sorted(posted):
        values = posted.getlist(name)
        if len(values) != 1:
            return False
        text += name + values[0]
    # Every token is tried, whichever is right.
    found = [
        hmac.compare_digest(
            b64encode(hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), "sha1")),
            signature.encode("utf-8", "replace"),
        )
        for token in settings.TWILIO_AUTH_TOKENS
    ]
    return any(found)
