"""A small life with known numbers, lived through the services, its events delivered by the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import time_machine

from grc.enums import Channel, Outcome, Role
from grc.models import Line, Organisation
from grc.selectors.actors import actor_of_agent
from grc.services.call_queue import call_enqueue
from grc.services.callback_results import callback_attempt
from grc.services.callbacks import callback_owe
from grc.services.calls import call_end, call_receive, call_step_save
from grc.services.intake import contact_open, instant_answer_give
from grc.services.outbox import deliveries_run
from grc.services.ticket_claim import ticket_claim
from grc.services.ticket_close import ticket_close
from grc.services.visits import visit_arrive, visit_call
from tests.factories import (
    SYSTEM,
    agent_make,
    organisation_make,
    site_make,
    team_make,
    ticket_make,
    topic_make,
)

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10 h in Paris
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
ENDS = ("abandoned", "self_served", "redirected", "voicemail", "closed_hours")


@dataclass(frozen=True)
class Life:
    organisation: Organisation


def live() -> Life:
    """16 to 18 November: 9 calls, 4 requests of which 1 closed, 1 instant answer, 2 visits, 2 call-backs."""
    organisation = organisation_make("departement")
    team = team_make(organisation, "insertion", label="Insertion", fallback=True)
    agent = agent_make(organisation, "lea", role=Role.RECEPTION)
    with time_machine.travel(MONDAY, tick=False):
        _calls(organisation)
        theme = topic_make(organisation, "insertion-theme", label="Insertion et RSA")
        rsa = topic_make(organisation, "rsa", label="=RSA", parent=theme)
        tickets = [
            ticket_make(organisation, topic=rsa, team=team, channel=Channel.SMS, at=MONDAY),
            ticket_make(
                organisation, topic=rsa, team=team, channel=Channel.SMS, at=MONDAY + timedelta(days=1)
            ),
            ticket_make(
                organisation, topic=theme, team=team, channel=Channel.WEB, at=MONDAY + timedelta(days=1)
            ),
            ticket_make(organisation, channel=Channel.COUNTER, at=MONDAY + timedelta(days=1)),
        ]
        contact = contact_open(actor=SYSTEM, organisation=organisation, channel=Channel.EMAIL, at=MONDAY)
        instant_answer_give(actor=SYSTEM, contact=contact, topic=rsa, said="Dit", at=MONDAY)
        site = site_make(organisation, "arras")
        first = visit_arrive(actor=SYSTEM, site=site, at=MONDAY)
        visit_arrive(actor=SYSTEM, site=site, at=MONDAY)
        visit_call(actor=actor_of_agent(agent), visit=first, desk="1", at=MONDAY + timedelta(minutes=4))
        deliveries_run(limit=500)
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        ticket = ticket_claim(actor=actor_of_agent(agent), ticket=tickets[0])
        ticket_close(actor=actor_of_agent(agent), ticket=ticket, outcome=Outcome.ANSWERED)
        deliveries_run(limit=500)
    return Life(organisation)


def _calls(organisation: Organisation) -> None:
    """One call of each end, two answered (20 s and 100 s of wait), one still in progress; two debts, one kept."""
    line = Line.objects.create(organisation=organisation, number="+33321216216", label="Accueil", script={})
    calls = [
        call_receive(
            actor=SYSTEM, line=line, provider="twilio", provider_id=f"CA{place}",
            from_number=f"+333210000{place:02d}", hidden_number=False, at=MONDAY,
        )
        for place in range(9)
    ]  # fmt: skip
    for call, end in zip(calls[:5], ENDS, strict=True):
        if end != "abandoned":
            call_step_save(call=call, number=1, state={}, output={}, at=MONDAY, end_kind=end)
        call_end(actor=SYSTEM, call=call, at=MONDAY + timedelta(seconds=30))
    debts = [
        callback_owe(
            actor=SYSTEM,
            contact=call.contact,
            ticket=None,
            number=call.from_number,
            reason="Attente",
            at=MONDAY,
        )
        for call in (calls[5], calls[0])
    ]
    call_end(actor=SYSTEM, call=calls[5], at=MONDAY + timedelta(seconds=60))
    callback_attempt(actor=SYSTEM, callback=debts[1], result="reached")
    for call, wait in ((calls[6], 20), (calls[7], 100)):
        call_enqueue(actor=SYSTEM, call=call, ticket=None, at=MONDAY)
        call.refresh_from_db()
        call.answered_at = MONDAY + timedelta(seconds=wait)
        call.save(update_fields=["answered_at"])
        call_end(actor=SYSTEM, call=call, at=MONDAY + timedelta(minutes=5))
