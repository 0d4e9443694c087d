"""What came of a contact: requests, instant answers, calls owed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from grc.models import Callback, Contact, InstantAnswer, Ticket
from grc.selectors.contacts import contact_get
from grc.selectors.tickets import RELATED, tickets_visible
from grc.types import Actor


@dataclass(frozen=True)
class ContactStory:
    """``tickets``: those this actor may see, opened by the contact or joined by one of its messages."""

    contact: Contact
    tickets: list[Ticket]
    instant_answers: list[InstantAnswer]
    callbacks: list[Callback]


def contact_story(*, actor: Actor, contact_id: int) -> ContactStory:
    """Raises NotFound for a contact this actor may not see."""
    contact = contact_get(actor=actor, contact_id=contact_id)
    tickets = (
        tickets_visible(actor)
        .filter(Q(origin_contact=contact) | Q(messages__contact=contact))
        .select_related(*RELATED)
        .prefetch_related("messages", "clocks")
        .order_by("pk")
        .distinct()
    )
    return ContactStory(
        contact=contact,
        tickets=list(tickets),
        instant_answers=list(contact.instant_answers.select_related("topic").order_by("at", "pk")),
        callbacks=list(contact.callbacks.order_by("created_at", "pk")),
    )
