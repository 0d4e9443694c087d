"""Deciding who handles a request, keeping the decision with its reasons, and telling the core."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from grc.enums import TicketState
from grc.models import Organisation, Team, Ticket
from grc.services.call_queue import queue_entry_follow_ticket
from grc.services.callbacks import callback_follow_ticket
from grc.services.ticket_moves import ticket_lock
from grc.services.ticket_work import ticket_apply_decision
from grc.types import Actor
from routing import engine
from routing.facts import facts_of_ticket
from routing.models import Decision
from routing.selectors.setup import place_of, setup_load, subject_of

RELATED = (
    "topic__competent_organisation", "commune", "origin_contact__site", "requester", "beneficiary", "team",
)  # fmt: skip


@transaction.atomic
def decision_make(
    *, actor: Actor, ticket_id: int, at: datetime, event_id: int | None = None
) -> Decision | None:
    """Decide again for a request; the caller who waits and the call owed follow it.

    The same event twice gives the first decision back, untouched. None for a merged request, which lives elsewhere.
    A decision equal to what the request already has is kept, and changes nothing else.
    """
    ticket_lock(ticket_id=ticket_id)
    ticket = Ticket.objects.select_related(*RELATED).get(pk=ticket_id)
    if event_id is not None:
        known = Decision.objects.filter(ticket_id=ticket_id, event_id=event_id).first()
        if known is not None:
            return known
    if ticket.state == TicketState.MERGED:
        return None
    decided = decide_for(ticket=ticket, at=at)
    team = Team.objects.get(code=decided.team.code)
    kept = Decision.objects.create(
        ticket_id=ticket_id,
        event_id=event_id,
        organisation=Organisation.objects.get(code=decided.organisation),
        team=team,
        zone_code=decided.zone.code if decided.zone else "",
        zone_label=decided.zone.label if decided.zone else "",
        priority=decided.priority.value if decided.priority else "",
        competent=decided.competent,
        considered=[
            {"what": step.what, "sentence": step.sentence, "decided": step.decided}
            for step in decided.considered
        ],
        reasons=list(decided.reasons),
        at=at,
    )
    if not _already(ticket, kept):
        ticket_apply_decision(
            actor=actor,
            ticket_id=ticket_id,
            team=team,
            zone_code=kept.zone_code,
            zone_label=kept.zone_label,
            reasons=kept.reasons,
            priority=kept.priority or None,
        )
    queue_entry_follow_ticket(ticket_id=ticket_id, team=team)
    callback_follow_ticket(ticket_id=ticket_id, team=team)
    return kept


def decide_for(
    *, ticket: Ticket, at: datetime, rules: tuple[engine.Rule, ...] | None = None
) -> engine.Decision:
    """What the engine says for a request at this instant (``rules``: these instead of those in force)."""
    on = timezone.localdate(at)
    organisation_id = ticket.origin_contact.organisation_id
    subject = subject_of(ticket.topic) if ticket.topic is not None else None
    place = (
        place_of(commune=ticket.commune, organisation_id=organisation_id, on=on)
        if ticket.commune is not None
        else None
    )
    setup = setup_load(organisation_id=organisation_id, topic_codes=subject.path if subject else (), on=on)
    return engine.decide(
        subject=subject,
        place=place,
        facts=facts_of_ticket(ticket=ticket, subject=subject, place=place, at=at),
        here=setup.here,
        others=setup.others,
        rules=setup.rules if rules is None else rules,
    )


def _already(ticket: Ticket, kept: Decision) -> bool:
    return (
        ticket.team_id == kept.team_id
        and ticket.zone_code == kept.zone_code
        and ticket.routing_reasons == kept.reasons
        and kept.priority in ("", ticket.priority)
    )
