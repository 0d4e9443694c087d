"""A small reception on real tables, and somebody who posts to it as Twilio does, with a signature of their own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import cast

from django.http import HttpResponse
from django.test import Client

from grc.enums import Confidentiality
from grc.models import Agent, Line, Organisation, Presence, Team, Topic
from tests.factories import AT, agent_make, commune_make, organisation_make, team_make, topic_make

SCRIPT = Path(__file__).parents[2] / "config" / "demo" / "content" / "voice_script.json"
TOKEN = "first-token-of-the-tests"
OTHER_TOKEN = "second-token-of-the-tests"
BASE = "https://grc.example.org"
LINE = "+33321216216"
CALLER = "+33321000042"
MOBILE = "+33639980042"
VOICE = "/webhooks/twilio/voice/"
ROUTES_WORDS = ("nid de poule", "trou dans la route", "route abîmée")


@dataclass
class Reception:
    """`line` is open and calls back at all hours, on the demonstration's script."""

    organisation: Organisation
    team: Team
    line: Line
    topics: dict[str, Topic] = field(default_factory=dict)


def reception_make(number: str = LINE) -> Reception:
    organisation = organisation_make("departement-62", name="Département du Pas-de-Calais")
    team = team_make(organisation, "repli", label="Accueil", fallback=True)
    line = Line.objects.create(
        organisation=organisation,
        number=number,
        label="Ligne d’essai",
        script=json.loads(SCRIPT.read_text("utf-8")),
        receives_sms=True,
        callback_from=time.min,
        callback_until=time.max,
    )
    topics = {"routes": topic_make(organisation, "routes", label="Routes")}
    topics["nid_de_poule"] = topic_make(
        organisation, "nid_de_poule", label="Nid-de-poule", parent=topics["routes"], words=ROUTES_WORDS
    )
    topics["logement"] = topic_make(organisation, "logement", label="Logement", words=("loyer",))
    topics["enfance"] = topic_make(
        organisation, "enfance", label="Enfance", confidentiality=Confidentiality.DISCREET
    )
    commune_make("62041", "Arras", postal_codes=["62000"])
    commune_make("62193", "Calais", postal_codes=["62100"])
    commune_make("62002", "Ablainzevelle", postal_codes=["62116"])
    commune_make("62009", "Achiet-le-Grand", postal_codes=["62116"])
    return Reception(organisation, team, line, topics)


def agent_present(organisation: Organisation, state: str = "available") -> Agent:
    agent = agent_make(organisation)
    Presence.objects.create(agent=agent, state=state, since=AT)
    return agent


def signature_of(token: str, url: str, params: Mapping[str, str]) -> str:
    """Written from Twilio's description, apart from the product's own check."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def post(
    path: str,
    params: Mapping[str, str],
    *,
    token: str = TOKEN,
    idempotency: str = "",
    client: Client | None = None,
) -> HttpResponse:
    headers = {"X-Twilio-Signature": signature_of(token, BASE + path, params)}
    if idempotency:
        headers["I-Twilio-Idempotency-Token"] = idempotency
    answer = (client or Client()).post(path, dict(params), headers=headers)
    return cast("HttpResponse", answer)


class Caller:
    """One call: follows the addresses of the documents it gets, as Twilio would."""

    def __init__(self, sid: str = "CA1", number: str = CALLER, *, to: str = LINE) -> None:
        self.base = {"CallSid": sid, "From": number, "To": to, "CallStatus": "in-progress"}
        self.document = ET.Element("Response")
        self.text = self.room = ""

    def post(self, path: str, *, idempotency: str = "", **more: str) -> str:
        answer = post(path, {**self.base, **more}, idempotency=idempotency)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        self.text = answer.content.decode()
        self.document = ET.fromstring(self.text)
        return self.text

    def dial(self, *, idempotency: str = "") -> str:
        return self.post(VOICE + "incoming", idempotency=idempotency)

    @property
    def action(self) -> str:
        """Path of the next address: of the question, the recording or the waiting room."""
        for name in ("Gather", "Enqueue", "Record", "Dial"):
            found = self.document.find(name)
            if found is not None:
                return found.attrib["action"].removeprefix(BASE)
        raise AssertionError(self.text)

    @property
    def said(self) -> list[str]:
        return [verb.text or "" for verb in self.document.iter("Say")]

    @property
    def verbs(self) -> list[str]:
        return [verb.tag for verb in self.document]

    def press(self, keys: str, *, idempotency: str = "") -> str:
        return self.post(self.action, idempotency=idempotency, Digits=keys)

    def wait(self) -> str:
        """Enter the waiting room just offered: its document."""
        room = self.document.find("Enqueue")
        assert room is not None, self.text
        self.room = room.attrib["waitUrl"].removeprefix(BASE)
        return self.wait_again()

    def wait_again(self) -> str:
        """What the waiting room says next."""
        return self.post(self.room, QueuePosition="7")

    def to_pothole_in_arras(self) -> str:
        """The demonstration's keys: roads, then roads again, then the postal code."""
        self.dial()
        self.press("4")
        self.press("2")
        return self.press("62000")
