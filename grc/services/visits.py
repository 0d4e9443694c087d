"""Somebody comes to a counter."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max

from grc.enums import Channel
from grc.errors import Conflict
from grc.events import EventName
from grc.models import Citizen, Site, Visit
from grc.services.dims import dims_of_contact
from grc.services.history import history_write
from grc.services.intake import contact_open
from grc.services.outbox import event_publish
from grc.services.presence_rows import presence_contact_free, presence_counter_begin
from grc.types import Actor

PARIS = ZoneInfo("Europe/Paris")


@transaction.atomic
def visit_arrive(
    *,
    actor: Actor,
    site: Site,
    at: datetime,
    motive: str = "",
    citizen: Citizen | None = None,
    difficulties: list[str] | None = None,
) -> Visit:
    """A person arrives: a contact, a visit and the next number of the day at this site."""
    contact = contact_open(
        actor=actor,
        organisation=site.organisation,
        channel=Channel.COUNTER,
        at=at,
        citizen=citizen,
        site=site,
        agent_id=actor.agent_id,
        difficulties=difficulties,
    )
    day = at.astimezone(PARIS).date()
    with connection.cursor() as cursor:
        # One number at a time per site; released at the end of the transaction.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [7201, site.pk])
    last = Visit.objects.filter(site=site, day=day).aggregate(last=Max("arrival_number"))["last"] or 0
    visit = Visit.objects.create(
        contact=contact, site=site, day=day, arrival_number=last + 1, arrived_at=at, motive=motive[:200]
    )
    event_publish(
        name=EventName.VISIT_ARRIVED,
        payload={"contact_id": contact.pk, "visit_id": visit.pk, "dims": dims_of_contact(contact)},
        order_key=f"contact:{contact.pk}",
        at=at,
    )
    return visit


@transaction.atomic
def visit_call(*, actor: Actor, visit: Visit, desk: str, at: datetime) -> Visit:
    """Call a person to a desk; somebody else already did: a conflict."""
    locked = Visit.objects.select_for_update(of=("self",)).select_related("contact__site").get(pk=visit.pk)
    if locked.called_at is not None and locked.contact.agent_id != actor.agent_id:
        raise Conflict("Un collègue a déjà appelé ce numéro.", code="already_taken")
    if locked.called_at is None:
        locked.called_at = at
        event_publish(
            name=EventName.VISIT_CALLED,
            payload={
                "contact_id": locked.contact_id,
                "visit_id": locked.pk,
                "wait_seconds": int((at - locked.arrived_at).total_seconds()),
                "dims": dims_of_contact(locked.contact),
            },
            order_key=f"contact:{locked.contact_id}",
            at=at,
        )
    locked.desk = desk[:40]
    locked.save(update_fields=["called_at", "desk"])
    locked.contact.agent_id = actor.agent_id
    locked.contact.save(update_fields=["agent"])
    if actor.agent_id is not None:
        # With somebody at the counter: no caller is offered to them meanwhile.
        presence_counter_begin(agent_id=actor.agent_id, contact_id=locked.contact_id, at=at)
    history_write(
        actor=actor,
        verb="visit_called",
        sentence=f"Numéro {locked.arrival_number} appelé.",
        at=at,
        contact_id=locked.contact_id,
    )
    return locked


@transaction.atomic
def visit_serve(*, visit: Visit, at: datetime) -> Visit:
    """The person has been received."""
    locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if locked.served_at is None:
        locked.served_at = at
        locked.save(update_fields=["served_at"])
        presence_contact_free(contact_id=locked.contact_id, at=at)
    return locked


@transaction.atomic
def visit_no_show(*, visit: Visit, at: datetime) -> Visit:
    """The person did not come when called."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.no_show_at is None and locked.served_at is None:
        locked.no_show_at = at
        locked.save(update_fields=["no_show_at"])
        presence_contact_free(contact_id=locked.contact_id, at=at)
    return locked


@transaction.atomic
def visit_call_next(*, actor: Actor, site: Site, desk: str, at: datetime) -> Visit | None:
    """Call the first number nobody has called; two desks never call the same one. None: nobody waits."""
    row = (
        Visit.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            site=site,
            day=at.astimezone(PARIS).date(),
            called_at__isnull=True,
            served_at__isnull=True,
            no_show_at__isnull=True,
        )
        .order_by("arrival_number")
        .first()
    )
    return visit_call(actor=actor, visit=row, desk=desk, at=at) if row is not None else None
