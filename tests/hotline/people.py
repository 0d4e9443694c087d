"""Who takes part in a scenario: people with a telephone, agents with a telephone and a screen. All act over HTTP."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from django.conf import settings

from grc.models import Agent
from simulators.telephone.testing import Telephone
from tests.agents_ui.browser import session_open
from tests.hotline.words import plain

OVER: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
FORM: Final = re.compile(r"<form[^>]*action=\"([^\"]+)\".*?</form>", re.DOTALL)
CSRF: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Caller:
    """A person and the call they are in. ``mark``: entries of the transcript heard before the present act."""

    name: str
    number: str
    sid: str = ""
    mark: int = 0
    reference: str = ""
    code: str = ""
    everything: list[str] = field(default_factory=list)

    def state(self, network: Telephone) -> dict[str, Any]:
        assert self.sid, f"{self.name} n’est pas au téléphone."
        return network.state(self.sid)

    def heard(self, network: Telephone, *, since: int | None = None) -> str:
        """What the line and other people said since the present act began, simplified for comparison."""
        entries = self.state(network)["transcript"][self.mark if since is None else since :]
        return plain(
            " ".join(entry["text"] for entry in entries if entry["verb"] in {"Say", "Voice", "Error"})
        )

    def over(self, network: Telephone) -> bool:
        return self.state(network)["status"] in OVER


class Desk:
    """An agent: a desk telephone, a browser already inside the console, and the telephone bar of that page.

    ``page_open``: the page gives its sign of life; ``last``: what the product answered to the last thing done.
    """

    def __init__(self, agent: Agent, base_url: str, api_token: str) -> None:
        self.agent = agent
        self.name = agent.display_name.split()[0]
        self.phone = agent.desk_phone
        self.page_open = True
        self.last: httpx.Response | None = None
        self._bar = httpx.Client(
            base_url=f"{base_url}/api/v1",
            params={"as": agent.username},
            headers={"Authorization": f"Bearer {api_token}"},
            timeout=30,
            trust_env=False,
            verify=False,
        )
        self._browser = httpx.Client(
            base_url=base_url,
            cookies={settings.CONSOLE_SESSION_COOKIE_NAME: session_open(agent)},
            timeout=30,
            trust_env=False,
            verify=False,
            headers={"Referer": base_url, "Origin": base_url},
        )

    def close(self) -> None:
        self._browser.close()
        self._bar.close()

    def read(self, path: str) -> Any:
        """What the telephone bar reads; None when there is nothing."""
        answer = self._bar.get(path)
        assert answer.status_code in {200, 204}, f"{path} : {answer.status_code} {answer.text[:200]}"
        return answer.json() if answer.status_code == 200 else None

    def ask(self, path: str, *, method: str = "POST", **body: Any) -> httpx.Response:
        """What the telephone bar asks; the answer, whatever it is."""
        self.last = self._bar.request(method, path, json=body)
        return self.last

    def do(self, path: str, *, method: str = "POST", **body: Any) -> Any:
        """As ``ask``, and it must work."""
        answer = self.ask(path, method=method, **body)
        assert answer.status_code in {200, 204}, f"{path} : {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.status_code == 200 else None

    def page(self, path: str) -> str:
        """The text of a page as it is read, without its tags."""
        return read(self.get(path).text)

    def get(self, path: str) -> httpx.Response:
        answer = self._browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path} : {answer.status_code}"
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the console as its page would; the answer is kept in ``last``, whatever it is."""
        if "csrftoken" not in self._browser.cookies:
            self.get("/agents/accueil/")
        sent = {
            "csrfmiddlewaretoken": self._browser.cookies["csrftoken"],
            "form_key": str(uuid.uuid4()),
            **fields,
        }
        self.last = self._browser.post(path, data=sent, follow_redirects=False)
        return self.last

    def cards(self, path: str) -> list[tuple[str, str]]:
        """(address, text of its card) of each form in the cards of a page."""
        found = []
        for card in re.findall(r"<li[^>]*>.*?</li>", self.get(path).text, re.DOTALL):
            forms = re.findall(r'<form[^>]*action="([^"]+)"', card)
            found += [(html.unescape(address), read(card)) for address in forms]
        return found


def read(page: str) -> str:
    """What a person reads in a page."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", body)))
