"""Reading requests: what this actor may see, in the order of the queue, by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from grc.enums import Confidentiality, TicketState
from grc.errors import NotAllowed, NotFound
from grc.keys import code_keys
from grc.models import CodeAttempt, Message, Team, Ticket, TimelineEntry
from grc.models.tickets import OPEN_STATES, WAITING_STATES
from grc.policies import Verb, can_see_ticket, roles_with
from grc.references import code_matches
from grc.types import Actor

RELATED = (
    "topic", "team", "assignee", "commune", "organisation", "origin_contact__site", "requester",
)  # fmt: skip
# What one row of a list shows. Each more table doubles or triples the time PostgreSQL takes to choose a plan.
LISTED = ("topic", "team", "assignee", "commune")
LONG_TEXTS = ("description", "form_answers")


def tickets_visible(actor: Actor, *, verb: Verb = Verb.SEE) -> QuerySet[Ticket]:
    """Every request on which this actor may do ``verb``; none for somebody without a role."""
    if actor.kind == "system":
        return Ticket.objects.all()
    if actor.kind == "resident":
        if actor.citizen_id is None:
            return Ticket.objects.none()
        return Ticket.objects.filter(Q(requester_id=actor.citizen_id) | Q(beneficiary_id=actor.citizen_id))
    roles = roles_with(verb)
    whole, teams = list(actor.organisations_with(*roles)), list(actor.teams_with(*roles))
    unrestricted = Q(team__isnull=True) | Q(team__restricted=False)
    mine = Q(team_id__in=actor.team_ids) | Q(assignee_id=actor.agent_id or 0)
    return Ticket.objects.filter(
        (Q(organisation_id__in=whole) & (unrestricted | mine)) | Q(team_id__in=teams)
    )


def claimable_teams(*, actor: Actor, team: Team | None = None) -> list[int]:
    """Teams from whose queue this actor may take; only ``team`` when given (and allowed)."""
    roles = roles_with(Verb.CLAIM)
    whole, teams = actor.organisations_with(*roles), actor.teams_with(*roles)
    rows = Team.objects.filter(closed_on__isnull=True).filter(
        Q(organisation_id__in=whole, restricted=False)
        | Q(organisation_id__in=whole, pk__in=actor.team_ids)
        | Q(pk__in=teams)
    )
    if team is not None:
        rows = rows.filter(pk=team.pk)
    return list(rows.values_list("pk", flat=True))


def ticket_get(*, actor: Actor, reference: str) -> Ticket:
    """One request by reference. Not found and not allowed are told apart only within the same organisation."""
    ticket = Ticket.objects.select_related(*RELATED).filter(reference=reference).first()
    if ticket is None:
        raise NotFound("Aucune demande ne porte ce numéro.")
    verdict = can_see_ticket(actor, ticket)
    if not verdict:
        same = any(grant.organisation_id == ticket.organisation_id for grant in actor.grants)
        if same:
            raise NotAllowed(verdict.sentence)
        raise NotFound("Aucune demande ne porte ce numéro.")
    return ticket


@dataclass(frozen=True)
class QueueFilter:
    """What a list of requests shows. Empty values do not filter."""

    view: str = "waiting"  # waiting (to take), mine, team, late, pending, closed, all
    team_code: str = ""
    topic_code: str = ""
    theme: str = ""
    channel: str = ""
    zone_code: str = ""
    state: str = ""
    words: str = ""


def tickets_queue(
    *,
    actor: Actor,
    chosen: QueueFilter,
    now: datetime,
    after: tuple[int, int] | None = None,
    before: tuple[int, int] | None = None,
    limit: int = 50,
) -> list[Ticket]:
    """One page of a queue in taking order; ``after`` is the (rank, id) of the last row of the page before,
    ``before`` that of the first row of the page after.
    """
    rows = _filtered(tickets_visible(actor), actor, chosen, now).select_related(*LISTED).defer(*LONG_TEXTS)
    # The bound that repeats the alternative is the one an index can begin at.
    if after is not None:
        rows = rows.filter(queue_rank__gte=after[0])
        rows = rows.filter(Q(queue_rank__gt=after[0]) | Q(queue_rank=after[0], pk__gt=after[1]))
    if before is not None:
        rows = rows.filter(queue_rank__lte=before[0])
        rows = rows.filter(Q(queue_rank__lt=before[0]) | Q(queue_rank=before[0], pk__lt=before[1]))
        return list(rows.order_by("-queue_rank", "-pk")[:limit])[::-1]
    return list(rows.order_by("queue_rank", "pk")[:limit])


def _filtered(rows: QuerySet[Ticket], actor: Actor, chosen: QueueFilter, now: datetime) -> QuerySet[Ticket]:
    by_view = {
        "waiting": Q(assignee__isnull=True, state__in=OPEN_STATES),
        "mine": Q(assignee_id=actor.agent_id, state__in=[*OPEN_STATES, *WAITING_STATES]),
        "team": Q(team_id__in=actor.team_ids, state__in=[*OPEN_STATES, *WAITING_STATES]),
        "late": Q(due_at__lt=now, state__in=[*OPEN_STATES, *WAITING_STATES]),
        "pending": Q(state__in=WAITING_STATES),
        "closed": Q(state__in=[TicketState.CLOSED, TicketState.RESOLVED]),
        "all": Q(),
    }
    rows = rows.filter(by_view.get(chosen.view, by_view["waiting"]))
    exact = {
        "team__code": chosen.team_code,
        "topic__code": chosen.topic_code,
        "topic__theme": chosen.theme,
        "channel": chosen.channel,
        "zone_code": chosen.zone_code,
        "state": chosen.state,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if chosen.topic_code or chosen.theme or chosen.words:
        # Searching by motive or by name must not tell what the list hides.
        rows = rows.filter(
            Q(confidentiality=Confidentiality.NORMAL)
            | Q(team_id__in=actor.team_ids)
            | Q(assignee_id=actor.agent_id or 0)
            | Q(reference=_digits(chosen.words))
        )
    if chosen.words:
        digits = _digits(chosen.words)
        words = Q(subject__icontains=chosen.words) | Q(requester__search_name__icontains=chosen.words.lower())
        rows = rows.filter(words | Q(reference=digits) if len(digits) == 10 else words)
    return rows


def ticket_match(*, actor: Actor, chosen: QueueFilter, now: datetime, ticket_id: int) -> Ticket | None:
    """This request if this actor's list shows it, else None."""
    rows = _filtered(tickets_visible(actor), actor, chosen, now)
    return rows.filter(pk=ticket_id).select_related(*LISTED).first()


def _digits(words: str) -> str:
    return "".join(character for character in words if character.isdigit())


def ticket_timeline(*, actor: Actor, ticket: Ticket) -> list[TimelineEntry]:
    """History of a request, oldest first."""
    can_see_ticket(actor, ticket).require()
    return list(TimelineEntry.objects.filter(ticket_id=ticket.pk).order_by("at", "id")[:500])


def ticket_messages(*, actor: Actor, ticket: Ticket) -> list[Message]:
    can_see_ticket(actor, ticket).require()
    rows = Message.objects.filter(ticket=ticket).select_related("author_agent")
    return list(rows.order_by("at", "id")[:500])


def ticket_by_code(*, reference: str, code: str) -> Ticket | None:
    """The request of a canonical reference and its secret code; None for a wrong pair, existing or not.

    Call it through :func:`grc.services.codes.ticket_open_with_code`, which counts the tries.
    """
    ticket = Ticket.objects.select_related(*RELATED).filter(reference=reference).first()
    # Compared in every case: the time of the answer tells nothing.
    generation = ticket.code_generation if ticket is not None else 1
    right = code_matches(code, reference, generation, code_keys())
    return ticket if ticket is not None and right else None


def code_attempts_since(*, reference: str, address: str, now: datetime) -> tuple[int, int]:
    """(tries for this reference, tries from this address) over the last hour."""
    since = now - timedelta(hours=1)
    return (
        CodeAttempt.objects.filter(reference=reference, at__gt=since).count(),
        CodeAttempt.objects.filter(address=address, at__gt=since).count() if address else 0,
    )
