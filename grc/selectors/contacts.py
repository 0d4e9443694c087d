"""Reading contacts, the telephone queue and call-backs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from grc.enums import PresenceState, QueueEntryState
from grc.errors import NotFound
from grc.models import Callback, Contact, QueueEntry
from grc.models.queue import OPEN_CALLBACKS
from grc.policies import Verb, roles_with
from grc.types import Actor

# An agent on a call or writing it up will answer the next one.
ANSWERING = [PresenceState.AVAILABLE, PresenceState.ON_CONTACT, PresenceState.WRAPPING_UP]


def contacts_visible(actor: Actor) -> QuerySet[Contact]:
    """Contacts of the organisations where this actor handles requests."""
    if actor.kind == "system":
        return Contact.objects.all()
    roles = roles_with(Verb.SEE)
    ids = {grant.organisation_id for grant in actor.grants if grant.role in roles}
    return Contact.objects.filter(organisation_id__in=ids)


def contact_get(*, actor: Actor, contact_id: int) -> Contact:
    contact = contacts_visible(actor).filter(pk=contact_id).first()
    if contact is None:
        raise NotFound("Ce contact n’existe pas.")
    return contact


def contacts_of_provider_id(*, actor: Actor, provider_id: str) -> list[Contact]:
    """The contact of a call (CA…), or of a message (SM…) through it."""
    rows = contacts_visible(actor).filter(
        Q(call__provider_id=provider_id) | Q(messages__provider_id=provider_id)
    )
    return list(rows.distinct().order_by("id"))


def contacts_recent(
    *, actor: Actor, channel: str = "", before: int | None = None, limit: int = 50
) -> list[Contact]:
    """Latest contacts first; ``before`` is the id of the last row of the page before."""
    rows = contacts_visible(actor)
    if channel:
        rows = rows.filter(channel=channel)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("citizen", "site").order_by("-pk")[:limit])


def queue_waiting(*, actor: Actor, offered: bool = False) -> list[QueueEntry]:
    """Callers who wait, in the order they will be taken; ``offered``: those for whom an agent is being rung too."""
    roles = roles_with(Verb.RECEPTION)
    ids = {grant.organisation_id for grant in actor.grants if grant.role in roles}
    states = [QueueEntryState.WAITING, QueueEntryState.OFFERED] if offered else [QueueEntryState.WAITING]
    rows = QueueEntry.objects.filter(organisation_id__in=ids, state__in=states)
    related = ("call__contact", "ticket__topic", "team", "agent")
    return list(rows.select_related(*related).order_by("rank", "id"))


def callbacks_owed(*, actor: Actor) -> list[Callback]:
    """Debts of the organisations where this actor answers, oldest place first."""
    roles = roles_with(Verb.RECEPTION)
    ids = {grant.organisation_id for grant in actor.grants if grant.role in roles}
    rows = Callback.objects.filter(organisation_id__in=ids, state__in=OPEN_CALLBACKS)
    return list(rows.select_related("ticket__topic", "team", "contact").order_by("queue_since", "id"))
