"""What the reception desk reads: the needs of a contact, calls owed with their attempts, visits of a site."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from grc.enums import CallbackState, QueueEntryState
from grc.errors import NotFound
from grc.models import Callback, Contact, InstantAnswer, Organisation, QueueEntry, Site, Ticket, Visit
from grc.models.queue import OPEN_CALLBACKS
from grc.policies import Verb, roles_with
from grc.selectors.tickets import RELATED, tickets_visible
from grc.types import Actor


def _received(actor: Actor) -> set[int]:
    roles = roles_with(Verb.RECEPTION)
    return {grant.organisation_id for grant in actor.grants if grant.role in roles}


def reception_organisation(*, actor: Actor) -> Organisation:
    """The organisation for which this agent receives people: their own."""
    ids = _received(actor)
    own = actor.organisation_id if actor.organisation_id in ids else next(iter(sorted(ids)), None)
    found = Organisation.objects.filter(pk=own).first() if own is not None else None
    if found is None:
        raise NotFound("Vous ne recevez personne dans cet organisme.")
    return found


def reception_contact(*, actor: Actor, contact_id: int) -> Contact:
    """A contact with its call or visit, in an organisation where this agent receives people."""
    found = (
        Contact.objects.select_related(
            "organisation", "citizen__commune", "site", "call", "visit__site", "agent"
        )
        .filter(pk=contact_id, organisation_id__in=_received(actor))
        .first()
    )
    if found is None:
        raise NotFound("Ce contact n’existe pas.")
    return found


def contact_tickets(*, actor: Actor, contact: Contact) -> list[Ticket]:
    rows = tickets_visible(actor).filter(origin_contact=contact)
    return list(rows.select_related(*RELATED).order_by("id"))


def contact_answers(*, contact: Contact) -> list[InstantAnswer]:
    return list(InstantAnswer.objects.filter(contact=contact).select_related("topic").order_by("id"))


def callbacks_with_attempts(*, actor: Actor, limit: int = 50) -> list[tuple[Callback, int]]:
    """(call-back owed, attempts already made), the oldest place first."""
    rows = Callback.objects.filter(organisation_id__in=_received(actor), state__in=OPEN_CALLBACKS)
    done = Count("attempts", filter=~Q(attempts__result=""))
    counted = rows.select_related("ticket__topic", "team", "agent").annotate(tries=done)
    return [(row, int(row.tries)) for row in counted.order_by("rank", "id")[:limit]]


def callbacks_proposed(*, actor: Actor, limit: int = 50) -> list[Callback]:
    """Abandoned callers whom an agent may decide to call, the oldest place first."""
    rows = Callback.objects.filter(
        organisation_id__in=_received(actor), state=CallbackState.PROPOSED
    ).select_related("ticket__topic", "team")
    return list(rows.order_by("rank", "id")[:limit])


def queue_entry_taken(*, actor: Actor, entry_id: int) -> QueueEntry | None:
    """The caller this very agent has already taken; None otherwise."""
    rows = QueueEntry.objects.select_related("call").filter(pk=entry_id, agent_id=actor.agent_id or 0)
    taken = [QueueEntryState.OFFERED, QueueEntryState.ANSWERED]
    # Offered and not accepted is not taken: the open offer says it.
    mine = rows.filter(state__in=taken, organisation_id__in=_received(actor))
    return mine.exclude(offers__outcome="").first()


def callback_get(*, actor: Actor, callback_id: int) -> Callback:
    found = Callback.objects.filter(pk=callback_id, organisation_id__in=_received(actor)).first()
    if found is None:
        raise NotFound("Ce rappel n’existe pas.")
    return found


def site_get(*, actor: Actor, code: str) -> Site:
    """An open site of an organisation where this agent receives people."""
    rows = Site.objects.filter(code=code, organisation_id__in=_received(actor), closed_on__isnull=True)
    found = rows.select_related("organisation").order_by("pk").first()
    if found is None:
        raise NotFound("Ce lieu d’accueil n’existe pas.")
    return found


def reception_sites(*, actor: Actor) -> list[Site]:
    rows = Site.objects.filter(organisation_id__in=_received(actor), closed_on__isnull=True)
    return list(rows.select_related("commune").order_by("sort_name"))


def site_visits(*, actor: Actor, site: Site, day: date) -> list[Visit]:
    """Everybody who came this day, in order of arrival."""
    if site.organisation_id not in _received(actor):
        raise NotFound("Ce lieu d’accueil n’existe pas.")
    rows = Visit.objects.filter(site=site, day=day).select_related("contact__citizen", "contact__agent")
    return list(rows.order_by("arrival_number"))


def visit_get(*, actor: Actor, site: Site, visit_id: int) -> Visit:
    if site.organisation_id not in _received(actor):
        raise NotFound("Cette visite n’existe pas.")
    found = Visit.objects.filter(pk=visit_id, site=site).select_related("contact").first()
    if found is None:
        raise NotFound("Cette visite n’existe pas.")
    return found


def room_site(*, code: str) -> Site:
    """A site by its code for its waiting room: public, so nothing but its name leaves here."""
    rows = Site.objects.filter(code=code, closed_on__isnull=True).select_related("organisation")
    found = rows.order_by("organisation__kind", "pk").first()
    if found is None:
        raise NotFound("Ce lieu d’accueil n’existe pas.")
    return found


def room_visits(*, site: Site, day: date) -> tuple[list[tuple[int, str]], int]:
    """What a waiting room shows: (number, desk) last called first, and how many wait. No name, no motive."""
    today: QuerySet[Visit] = Visit.objects.filter(
        site=site, day=day, served_at__isnull=True, no_show_at__isnull=True
    )
    called = today.filter(called_at__isnull=False).order_by("-called_at", "-arrival_number")[:5]
    waiting = today.filter(called_at__isnull=True).count()
    return [(visit.arrival_number, visit.desk) for visit in called], waiting
