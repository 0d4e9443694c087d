"""One scenario while it runs: its moment, its people, the product and the network, and time which passes for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import time_machine
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from channels_in.phone.provider import TwilioTelephony
from channels_in.receive.in_time import FALLBACKS
from channels_in.sms.provider import TwilioMessages
from grc.enums import Channel, PresenceState
from grc.figures.report import PHONE_ENDS
from grc.models import Agent, EventDelivery, Presence
from grc.ports import register_message_port, register_telephony
from grc.services.dispatching import dispatches_run
from grc.services.outbox import deliveries_run
from grc.services.telephone_sweep import telephone_sweep
from simulators.telephone.settings import Line as NetworkLine
from simulators.telephone.testing import ACCOUNT_SID, AUTH_TOKEN, Telephone
from tests.hotline.base import MAIN_LINE, Base
from tests.hotline.people import Caller, Desk
from tests.hotline.server import ProductServer
from tests.hotline.words import SAME_PERSON

PARIS: Final = ZoneInfo("Europe/Paris")
BEGINS: Final = datetime(2026, 11, 16, 9, 0, tzinfo=PARIS)
"""A Monday, the line is open."""
OUTBOX_TASK: Final = "grc.outbox_run"
SHORTEST_TICK: Final = 5.0
TICKS: Final = 60
"""A long wait is lived in at most so many moments: what comes back every second need not run ten thousand times."""
ROUNDS: Final = 50
FALLBACK: Final = "fallback"
"""Forgiven when a scenario breaks our own side on purpose."""


@dataclass
class World:
    base: Base
    server: ProductServer
    at: datetime = BEGINS
    people: dict[str, Caller] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    current: str = ""
    forgiven: set[str] = field(default_factory=set)
    """Rules of the network that this scenario breaks on purpose: its debugger must be silent on all others."""
    asleep: bool = False
    """The outbox and the periodic tasks do not run."""
    repeated: httpx.Response | None = None
    current_desk: str = ""
    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=30, trust_env=False, verify=False)
    )
    """For whoever is neither an agent nor the network: programs, and those who imitate the network."""
    _network: Telephone | None = None
    _closing: list[Callable[[], None]] = field(default_factory=list)

    # -- life ---------------------------------------------------------------------------------------

    def open(self) -> None:
        travel = time_machine.travel(self.at.astimezone(UTC), tick=False)
        self._clock = travel.start()
        self._closing.append(travel.stop)
        if not self.server.running:
            self.server.start()
        self.server.heal()
        self._fallbacks = _fallbacks()

    def close(self) -> None:
        """End the calls, check what must hold after any scenario, give everything back."""
        try:
            if self._network is not None:
                self.server.heal()
                self._end_calls(self._network)
        finally:
            for desk in self.desks.values():
                desk.close()
            for close in reversed(self._closing):
                close()
            self._closing.clear()
            self.client.close()

    def on_close(self, undo: Callable[[], None]) -> None:
        """Undo something when the scenario ends."""
        self._closing.append(undo)

    def _end_calls(self, network: Telephone) -> None:
        if not self.server.running:
            self.server.start()
        for call in network.calls():
            network.hang_up(call["sid"])
        self.settle()

    @property
    def network(self) -> Telephone:
        """The telephone network, which begins with the first act and leads the time from then on."""
        if self._network is None:
            self._network = self._connect()
        return self._network

    @property
    def begun(self) -> bool:
        return self._network is not None

    def _connect(self) -> Telephone:
        webhooks = f"{self.server.url}/webhooks/twilio"
        lines = [
            NetworkLine(
                line.number,
                f"{webhooks}/voice/incoming",
                f"{webhooks}/messaging/incoming",
                f"{webhooks}/voice/status",
                line.label,
                f"{webhooks}/voice/fallback",
            )
            for line in self.base.stage.lines.values()
        ]
        network = Telephone(lines, begins=self.at.astimezone(UTC), moved=self._clock.move_to)
        self._closing.append(network.stop)
        network.start()
        changed = override_settings(
            TWILIO_ENABLED=True,
            TWILIO_ACCOUNT_SID=ACCOUNT_SID,
            TWILIO_AUTH_TOKENS=[AUTH_TOKEN],
            TWILIO_API_BASE_URL=network.base_url,
            TWILIO_PHONE_NUMBER=MAIN_LINE,
            TWILIO_SMS_SENDER=MAIN_LINE,
            PUBLIC_BASE_URL=self.server.url,
        )
        changed.enable()
        self._closing.append(changed.disable)
        register_telephony(TwilioTelephony())
        self._closing.append(lambda: register_telephony(None))
        register_message_port(Channel.SMS, TwilioMessages())
        return network

    # -- time ---------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return datetime.now(PARIS)

    def begin_at(self, day: date, hour: time) -> None:
        """Only before anything happened: afterwards time passes, it does not jump."""
        assert not self.begun, "La date se donne au début du scénario."
        self.at = datetime.combine(day, hour, PARIS)
        self._clock.move_to(self.at.astimezone(UTC))

    def pass_time(self, duration: timedelta) -> None:
        """Let time pass for the network and for the product, with its periodic tasks at their own pace."""
        total = duration.total_seconds()
        schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
        every = {
            str(row["task"]): float(row["schedule"])
            for row in schedule.values()
            if row["task"] != OUTBOX_TASK
        }
        step = max(SHORTEST_TICK, total / TICKS)
        last = dict.fromkeys(every, 0.0)
        lived = 0.0
        while lived < total:
            moment = min(step, total - lived)
            self.network.advance(moment)
            lived += moment
            self._pages_touch()
            for task, period in every.items():
                if not self.asleep and lived - last[task] >= period:
                    last[task] = lived
                    _task(task)()
            self.settle()

    def _pages_touch(self) -> None:
        """An open page says every half minute that it is there."""
        if self.server.running:
            for desk in self.desks.values():
                if desk.page_open:
                    desk.do("/me/presence/touch")

    def settle(self) -> None:
        """Let everything owed happen: webhooks, callbacks, deliveries, texts, offers to agents."""
        for _ in range(ROUNDS):
            assert self.network.settle(), "Le réseau ne se calme pas."
            if self.asleep or not (deliveries_run() + dispatches_run() + telephone_sweep(now=timezone.now())):
                return
        raise AssertionError("Les suites ne finissent pas.")

    # -- people -------------------------------------------------------------------------------------

    def person(self, name: str) -> Caller:
        """The caller of that name, who becomes « elle »."""
        known = self.current if name == SAME_PERSON else name
        assert known in self.people, f"Personne ne s’appelle {known or name} dans ce scénario."
        self.current = known
        return self.people[known]

    def newcomer(self, name: str, number: str) -> Caller:
        """Somebody with a telephone; the same name again is the same person, perhaps with another number."""
        person = self.people.setdefault(name, Caller(name, number))
        person.number = number
        self.current = name
        return person

    def desk(self, name: str) -> Desk:
        """The agent of that first name."""
        known = self.current_desk if name == SAME_PERSON else name
        assert known in self.desks, f"Aucun agent ne s’appelle {known or name} dans ce scénario."
        self.current_desk = known
        return self.desks[known]

    def is_agent(self, name: str) -> bool:
        return name in self.desks

    def agent_arrives(self, name: str) -> Desk:
        """An agent of the demonstration, by first name, sits down; takes nobody yet."""
        if name not in self.desks:
            agent = Agent.objects.get(display_name__startswith=f"{name} ", organisation=self.base.stage.host)
            self.desks[name] = Desk(agent, self.server.url, self.base.api_token)
        self.current_desk = name
        return self.desks[name]

    def agent_talks(self, name: str) -> Desk:
        """An agent who has been with somebody since before the scenario began: that call is none of its business."""
        desk = self.agent_arrives(name)
        Presence.objects.update_or_create(
            agent=desk.agent,
            defaults={"state": PresenceState.ON_CONTACT.value, "since": self.now, "touched_at": self.now},
        )
        return desk

    def agent_freed(self, name: str) -> None:
        Presence.objects.filter(agent=self.desk(name).agent, contact=None).update(
            state=PresenceState.AVAILABLE.value, since=self.now, touched_at=self.now
        )

    def begin_act(self) -> None:
        """A new « Quand »: what people heard before belongs to the past."""
        if self._network is None:
            return
        for person in self.people.values():
            if person.sid:
                person.mark = len(person.state(self._network)["transcript"])

    # -- what must hold after any scenario ------------------------------------------------------------

    def transcript(self, person: Caller) -> list[str]:
        """All that was heard, said and pressed in the person's call, one line each."""
        if not person.sid:
            return ["(n’a pas appelé)"]
        entries = person.state(self.network)["transcript"]
        return [f"{entry['at'][11:19]} {entry['verb']:<10} {entry['text']}" for entry in entries]

    def verify(self) -> None:
        """Whatever happened: the network found no fault in us, nothing owed is stuck, the figures add up."""
        if self._network is None:
            return
        notes = [note for note in self._network.debugger() if note["rule"] not in self.forgiven]
        assert notes == [], f"L’opérateur a relevé des fautes : {notes}"
        failed = _fallbacks() - self._fallbacks
        assert FALLBACK in self.forgiven or not failed, (
            f"{failed} requêtes ont échoué chez nous, voir le journal."
        )
        self._end_calls(self._network)
        if self.asleep:
            return
        stuck = list(EventDelivery.objects.exclude(state="done").values_list("subscriber", "last_error"))
        assert stuck == [], f"Des suites sont restées en plan : {stuck}"
        phone = self.report()["phone"]
        parts = sum(phone[part] for part in (*PHONE_ENDS, "in_progress"))
        assert phone["offered"] == parts, f"Les appels du jour ne s’additionnent pas : {phone}"
        assert phone["in_progress"] == 0, f"Des appels ne finissent pas : {phone}"

    # -- what programs see --------------------------------------------------------------------------

    def api(self, path: str, **query: str) -> Any:
        """An answer of the REST API to an administrator's program."""
        answer = self.client.get(
            f"{self.server.url}/api/v1{path}",
            params=query,
            headers={"Authorization": f"Bearer {self.base.api_token}"},
        )
        assert answer.status_code == 200, f"{path} : {answer.status_code} {answer.text[:200]}"
        return answer.json()

    def contact(self, person: Caller) -> dict[str, Any]:
        """The contact of a person's call, as the API gives it."""
        items = self.api("/contacts", provider_id=person.sid)["items"]
        assert len(items) == 1, f"{len(items)} contacts pour l’appel de {person.name}."
        return dict(items[0])

    def report(self) -> dict[str, Any]:
        day = self.now.date().isoformat()
        return dict(self.api("/reports/service-level", start=day, end=day))

    def learn_codes(self, person: Caller) -> None:
        """Keep the reference and the secret code that the voice has just said, as a person writes them down."""
        said = person.heard(self.network, since=0)
        for found in re.finditer(r"Votre référence est (\d{3}), (\d{3}), (\d{4})", said):
            person.reference = "".join(found.groups())
        for found in re.finditer(r"votre code secret est (\d\d) (\d\d) (\d\d)", said):
            person.code = "".join(found.groups())


def _fallbacks() -> int:
    """Webhooks answered by excuses because our own code or database failed, since the process began."""
    return int(
        sum(
            sample.value
            for metric in FALLBACKS.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        )
    )


def _task(name: str) -> Callable[[], None]:
    """The function of a periodic task, by its name in the schedule: `grc.calls_sweep`..."""
    from config.celery import app

    import_module(f"{name.split('.', 1)[0]}.tasks")
    run: Callable[[], None] = app.tasks[name].run
    return run
