"""What the core does when something happened: clocks, acknowledgement, figures."""

from __future__ import annotations

from grc.enums import Channel, ClockKind, Confidentiality, PresenceState
from grc.events import EventName
from grc.figures.count import counted_events, figures_count
from grc.models import Call, Ticket
from grc.phone_numbers import is_mobile
from grc.references import display
from grc.services.call_offers import call_offers_run
from grc.services.callbacks import (
    callback_propose,
    callbacks_of_caller_answered,
    callbacks_of_caller_queued,
)
from grc.services.calls import ABANDONED
from grc.services.clocks import clocks_restart, clocks_stop, clocks_wind
from grc.services.codes import CODE_MARK
from grc.services.messages import message_send, way_is_refused, way_to_reply
from grc.services.recordings import recording_want
from grc.subscriptions import PublishedEvent, subscribe
from grc.types import system_actor


def on_ticket_opened__wind_clocks(event: PublishedEvent) -> None:
    clocks_wind(ticket_id=int(event.payload["ticket_id"]))


def on_ticket_qualified__wind_clocks(event: PublishedEvent) -> None:
    clocks_wind(ticket_id=int(event.payload["ticket_id"]))


def on_ticket_answered__stop_first_answer(event: PublishedEvent) -> None:
    clocks_stop(ticket_id=int(event.payload["ticket_id"]), kinds=[ClockKind.FIRST_ANSWER], at=event.at)


def on_ticket_closed__stop_clocks(event: PublishedEvent) -> None:
    kinds = [ClockKind.FIRST_ANSWER, ClockKind.RESOLUTION]
    clocks_stop(ticket_id=int(event.payload["ticket_id"]), kinds=kinds, at=event.at)


def on_ticket_reopened__restart_clocks(event: PublishedEvent) -> None:
    clocks_restart(ticket_id=int(event.payload["ticket_id"]))


def on_ticket_opened__acknowledge(event: PublishedEvent) -> None:
    """Say at once that the request is received, on the person's channel; neutral for discreet topics.

    Nothing is sent to a telephone that may be read by others when the topic is anonymous: the voice has already said
    the reference. A request of the portal is acknowledged on its own page.
    """
    ticket = Ticket.objects.select_related("origin_contact__organisation", "topic").get(
        pk=event.payload["ticket_id"]
    )
    if ticket.messages.filter(automatic=True).exists() or ticket.confidentiality == Confidentiality.ANONYMOUS:
        return
    contact = ticket.origin_contact
    if contact.channel not in (Channel.SMS, Channel.PHONE) or not is_mobile(contact.address_value):
        return
    way = way_to_reply(ticket=ticket)
    if way_is_refused(way):
        # They asked for no more texts; the voice has said the reference, the agents see the request all the same.
        return
    body = (
        f"{contact.organisation.name} : votre demande est enregistrée. "
        f"Suivi : no {display(ticket.reference)}, code {CODE_MARK}."
    )
    if ticket.confidentiality == Confidentiality.DISCREET:
        body = f"Votre message est arrivé. No {display(ticket.reference)}, code {CODE_MARK}."
    message_send(
        actor=system_actor("Accusé de réception"),
        contact=contact,
        ticket=ticket,
        way=way,
        body=body.replace("\u00a0", " "),
        at=event.at,
        automatic=True,
    )


def on_call_answered__record(event: PublishedEvent) -> None:
    recording_want(contact_id=int(event.payload["contact_id"]), at=event.at)


def on_telephone_changed__offer(event: PublishedEvent) -> None:
    """Somebody waits, or somebody is free: offer at once, without waiting for the sweep of the second."""
    if event.name == EventName.PRESENCE_CHANGED and event.payload["state"] != PresenceState.AVAILABLE:
        return
    dims = event.payload.get("dims") or {}
    organisation_id = event.payload.get("organisation_id") or dims.get("organisation")
    call_offers_run(organisation_id=int(organisation_id) if organisation_id else None)


def on_call_ended__propose_callback(event: PublishedEvent) -> None:
    """Somebody hung up before being answered: an agent may decide to call."""
    if event.payload["disposition"] != ABANDONED or not event.payload["queued"]:
        return
    call = Call.objects.select_related("contact__organisation").get(pk=event.payload["call_id"])
    callback_propose(call=call, at=event.at)


def on_call_queued__callbacks(event: PublishedEvent) -> None:
    call = _call(event)
    if call is not None:
        callbacks_of_caller_queued(call=call, at=event.at)


def on_call_answered__callbacks(event: PublishedEvent) -> None:
    call = _call(event)
    if call is not None:
        callbacks_of_caller_answered(actor=system_actor("Appel répondu"), call=call, at=event.at)


def _call(event: PublishedEvent) -> Call | None:
    rows = Call.objects.select_related("contact")
    return rows.filter(contact_id=event.payload["contact_id"]).first()


def on_any__count_figures(event: PublishedEvent) -> None:
    figures_count(event)


def register() -> None:
    """Called once by grc.apps."""
    subscribe(EventName.TICKET_OPENED, on_ticket_opened__wind_clocks)
    subscribe(EventName.TICKET_OPENED, on_ticket_opened__acknowledge)
    subscribe(EventName.TICKET_QUALIFIED, on_ticket_qualified__wind_clocks)
    subscribe(EventName.TICKET_ANSWERED, on_ticket_answered__stop_first_answer)
    subscribe(EventName.TICKET_CLOSED, on_ticket_closed__stop_clocks)
    subscribe(EventName.TICKET_REOPENED, on_ticket_reopened__restart_clocks)
    subscribe(EventName.CALL_ANSWERED, on_call_answered__record)
    subscribe(EventName.CALL_ANSWERED, on_call_answered__callbacks)
    subscribe(EventName.CALL_QUEUED, on_call_queued__callbacks)
    subscribe(EventName.CALL_ENDED, on_call_ended__propose_callback)
    for name in (
        EventName.CALL_QUEUED,
        EventName.CALL_OFFER_ENDED,
        EventName.CALL_TRANSFERRED,
        EventName.PRESENCE_CHANGED,
    ):
        subscribe(name, on_telephone_changed__offer)
    for name in counted_events():
        subscribe(name, on_any__count_figures)
