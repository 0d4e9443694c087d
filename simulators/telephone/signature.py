"""Pure. The `X-Twilio-Signature` header, written from Twilio's description of it.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

Params = Iterable[tuple[str, str]]


def signed_url(url: str) -> str:
    """The address as it is signed: without `user:password@` and without the fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def sign(token: str, url: str, params: Params = ()) -> str:
    """Base64 of HMAC-SHA1(token, url + name + value of each parameter).

    Names are taken in byte order; a name given several times contributes the sorted set of its values.
    A GET has no `params`: its query is already in the address.
    """
    values: dict[str, set[str]] = {}
    for name, value in params:
        values.setdefault(name, set()).add(value)
    text = signed_url(url)
    for name in sorted(values):
        for value in sorted(values[name]):
            text += name + value
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def sign_json(token: str, url: str, body: bytes) -> tuple[str, str]:
    """(address with `bodySHA256` added, signature of that address) for a JSON body."""
    base = signed_url(url)
    digest = hashlib.sha256(body).hexdigest()
    full = f"{base}{'&' if '?' in base else '?'}bodySHA256={digest}"
    return full, sign(token, full)
