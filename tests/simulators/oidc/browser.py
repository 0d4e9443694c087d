"""What a person's browser does at an issuer, over real HTTP."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx

# Loopback and plain HTTP only: no proxy, and no certificate store to load at each client.
HTTP = httpx.Client(timeout=5, trust_env=False, verify=False)


def query_of(address: str) -> dict[str, str]:
    """The query of an address, each name once."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


class Browser:
    """Keeps cookies, never follows a redirection by itself."""

    def __init__(self) -> None:
        self._http = httpx.Client(timeout=5, trust_env=False, verify=False)

    def open(self, address: str) -> httpx.Response:
        return self._http.get(address)

    def submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Press a button of the page's one form."""
        action = re.search(r'<form method="post" action="([^"]+)"', page.text)
        assert action is not None, page.text
        return self._http.post(str(page.url.join(unescape(action[1]))), data=fields)

    def pick(self, address: str, login: str) -> str:
        """Sign in as this person; the address one is sent back to."""
        answer = self.submit(self.open(address), login=login)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def abandon(self, address: str) -> str:
        answer = self.submit(self.open(address), abandon="1")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def close(self) -> None:
        self._http.close()
