"""The acts of contacts, each through the service an agent or a channel would call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.demo.content_types import Citizen as PlannedCitizen
from config.demo.seeding.acts import Act, Doing
from config.demo.seeding.stage import Stage
from config.demo.seeding.steps import step_play
from config.demo.seeding.troupe import Troupe
from grc.enums import Channel, Confidentiality, QueueEntryState
from grc.selectors.by_id import (
    call_by_contact_id,
    callback_by_id,
    contact_by_id,
    queue_entry_by_contact_id,
    ticket_by_id,
    visit_by_contact_id,
)
from grc.selectors.directory import commune_by_code, opening_calendar
from grc.services.call_queue import call_enqueue, call_take, queue_entry_leave
from grc.services.call_wrap_up import call_written_up_record
from grc.services.callback_results import callback_attempt
from grc.services.callbacks import callback_owe
from grc.services.calls import CALLED_BACK, CLOSED_HOURS, VOICEMAIL, call_end, call_receive
from grc.services.citizens import contact_citizen_set
from grc.services.intake import (
    contact_end,
    contact_open,
    instant_answer_give,
    message_attach,
    message_receive,
)
from grc.services.past_acts import call_course_record
from grc.services.ticket_open import ticket_open
from grc.services.visits import visit_arrive, visit_call, visit_serve
from grc.services.voicemail import voicemail_keep
from grc.types import Actor, channel_actor

if TYPE_CHECKING:
    from grc.models import Commune, Contact, Line, Ticket

PROVIDER: Final = "demo"
CALLER: Final = channel_actor("La personne au téléphone")
WRITER: Final = channel_actor("La personne par SMS")
VISITOR: Final = channel_actor("La personne sur le site")
Known = dict[str, Any]
"""What the earlier acts of a contact gave: ``contact`` id, ``tickets`` and ``callbacks`` ids by index of need."""


class Scenes:
    """Plays one act; ``known`` of its contact is completed in place."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.troupe = Troupe(stage)
        self._communes: dict[str, Commune | None] = {}
        self._persons = {row.code: row for row in stage.content.citizens}

    def play(self, act: Act, known: Known) -> None:
        if act.doing is Doing.STEP:
            ticket_id = known.get("tickets", {}).get(str(act.need))
            # A message that joined an earlier request has none of its own.
            if ticket_id is not None and act.step is not None:
                step_play(self.stage, self.troupe, act, ticket_by_id(ticket_id))
            return
        getattr(self, f"_{act.doing.value}")(act, known)

    def _commune(self, code: str) -> Commune | None:
        if code not in self._communes:
            self._communes[code] = commune_by_code(code) if code else None
        return self._communes[code]

    def _contact(self, known: Known) -> Contact:
        return contact_by_id(known["contact"])

    def _receptionist(self, act: Act, contact: Contact) -> Actor:
        return self.troupe.who_receives(act.contact.agent, contact.organisation_id)

    def _call_start(self, act: Act, known: Known) -> None:
        planned = act.contact.call
        assert planned is not None
        line = self._line(planned.line)
        call = call_receive(
            actor=CALLER,
            line=line,
            provider=PROVIDER,
            provider_id=f"{PROVIDER}-{act.contact.key}",
            from_number=planned.from_number,
            hidden_number=not planned.from_number,
            at=act.at,
        )
        closed = planned.ending == "closed_hours"
        path = [] if closed else self._menu_path(line, act)
        call_course_record(call=call, menu_path=path, end_kind=CLOSED_HOURS if closed else "")
        known["contact"] = call.contact_id

    def _menu_path(self, line: Line, act: Act) -> list[str]:
        """The nodes of the line's script a caller goes through to say this theme, then where they live."""
        theme = self.stage.topics[act.contact.needs[0].topic].theme if act.contact.needs else ""
        for code, node in line.script["nodes"].items():
            for choice in node.get("choices", ()):
                if choice.get("sets", {}).get("theme") == theme:
                    return ["main_menu", code, "postal_code", "queue"]
        return []

    def _line(self, number: str) -> Line:
        return self.stage.lines.get(number) or self.stage.lines[self.stage.demo_line]

    def _ticket(self, act: Act, known: Known) -> None:
        contact = self._contact(known)
        actor = self._receptionist(act, contact) if contact.agent_id else CALLER
        known.setdefault("tickets", {})[str(act.need)] = self._open(act, contact, actor).pk

    def _open(self, act: Act, contact: Contact, actor: Actor) -> Ticket:
        need = act.contact.needs[act.need]
        topic = self.stage.topics[need.topic]
        return ticket_open(
            actor=actor,
            contact=contact,
            topic=topic,
            commune=self._commune(need.commune),
            at=act.at,
            subject=topic.label if need.confidentiality == Confidentiality.NORMAL else "",
            description=f"« {need.said} »",
        )

    def _call_queue(self, act: Act, known: Known) -> None:
        ticket_id = known.get("tickets", {}).get("0")
        call_enqueue(
            actor=CALLER,
            call=call_by_contact_id(known["contact"]),
            ticket=ticket_by_id(ticket_id) if ticket_id else None,
            at=act.at,
        )

    def _call_answer(self, act: Act, known: Known) -> None:
        contact = self._contact(known)
        entry = queue_entry_by_contact_id(contact.pk)
        actor = self._receptionist(act, contact)
        call_take(actor=actor, organisation_id=contact.organisation_id, entry_id=entry.pk if entry else None)
        if act.contact.citizen:
            citizen = self.stage.citizens[act.contact.citizen]
            contact_citizen_set(actor=actor, contact=contact, citizen=citizen)

    def _call_voicemail(self, act: Act, known: Known) -> None:
        call = call_by_contact_id(known["contact"])
        voicemail_keep(
            actor=CALLER,
            call=call,
            ticket=ticket_by_id(known["tickets"]["0"]),
            provider_id=f"{PROVIDER}-{act.contact.key}-voix",
            seconds=28,
            at=act.at,
            has_sound=False,
        )
        call_course_record(call=call, menu_path=call.menu_path, end_kind=VOICEMAIL)

    def _call_end(self, act: Act, known: Known) -> None:
        call_end(actor=CALLER, call=call_by_contact_id(known["contact"]), at=act.at)

    def _call_wrap_up(self, act: Act, known: Known) -> None:
        contact = self._contact(known)
        call_written_up_record(actor=self._receptionist(act, contact), contact=contact, at=act.at)

    def _sms(self, act: Act, known: Known) -> None:
        message = message_receive(
            actor=WRITER,
            organisation=self.stage.host,
            channel=Channel.SMS,
            body=act.contact.needs[0].said,
            from_address=act.contact.sender,
            to_address=self.stage.demo_line,
            provider=PROVIDER,
            provider_id=f"{PROVIDER}-{act.contact.key}",
            at=act.at,
            citizen=self.stage.citizens.get(act.contact.citizen),
        )
        known["contact"] = message.contact_id
        if message.ticket_id is None:
            ticket = self._open(act, message.contact, WRITER)
            message_attach(message=message, ticket=ticket)
            known["tickets"] = {"0": ticket.pk}

    def _web(self, act: Act, known: Known) -> None:
        contact = contact_open(
            actor=VISITOR,
            organisation=self.stage.host,
            channel=Channel.WEB,
            at=act.at,
            address_value=act.contact.sender,
            citizen=self.stage.citizens.get(act.contact.citizen),
            difficulties=list(act.contact.difficulties),
        )
        known["contact"] = contact.pk
        known["tickets"] = {"0": self._open(act, contact, VISITOR).pk}

    def _visit_arrive(self, act: Act, known: Known) -> None:
        planned = act.contact.visit
        assert planned is not None
        site = self.stage.sites[planned.site]
        need = act.contact.needs[0]
        hidden = need.confidentiality != Confidentiality.NORMAL
        visit = visit_arrive(
            actor=self.troupe.who_receives(act.contact.agent, site.organisation_id),
            site=site,
            at=act.at,
            motive="" if hidden else self.stage.topics[need.topic].label,
            citizen=self._citizen_at(site.organisation_id, act),
            difficulties=list(act.contact.difficulties),
        )
        known["contact"] = visit.contact_id

    def _citizen_at(self, organisation_id: int, act: Act) -> Any:
        """The person, where the body knows her: the invented persons are those of the host."""
        citizen = self.stage.citizens.get(act.contact.citizen)
        return citizen if citizen is not None and citizen.organisation_id == organisation_id else None

    def _visit_call(self, act: Act, known: Known) -> None:
        visit = visit_by_contact_id(known["contact"])
        actor = self._receptionist(act, visit.contact)
        visit_call(actor=actor, visit=visit, desk=f"Bureau {1 + visit.arrival_number % 3}", at=act.at)

    def _visit_end(self, act: Act, known: Known) -> None:
        visit = visit_by_contact_id(known["contact"])
        visit_serve(visit=visit, at=act.at)
        contact_end(actor=self._receptionist(act, visit.contact), contact=visit.contact, at=act.at)

    def _instant(self, act: Act, known: Known) -> None:
        contact = self._contact(known)
        need = act.contact.needs[act.need]
        article = next((row for row in self.stage.content.articles if row.code == need.article), None)
        instant_answer_give(
            actor=self._receptionist(act, contact),
            contact=contact,
            topic=self.stage.topics[need.topic],
            said=need.answer,
            at=act.at,
            article_ref=article.code if article else "",
            article_title=article.title if article else "",
            article_version=1 if article else None,
        )

    def _callback(self, act: Act, known: Known) -> None:
        contact = self._contact(known)
        need = act.contact.needs[act.need]
        number = self._number(act)
        if need.callback is None or not number:
            return
        entry = queue_entry_by_contact_id(contact.pk)
        line = next(row for row in self.stage.content.lines if row.real_hours)
        ticket_id = known.get("tickets", {}).get(str(act.need))
        callback = callback_owe(
            actor=self._receptionist(act, contact) if contact.agent_id else CALLER,
            contact=contact,
            ticket=ticket_by_id(ticket_id) if ticket_id else None,
            number=number,
            reason=need.callback.reason,
            at=act.at,
            queue_since=entry.entered_at if entry is not None else None,
            calendar=opening_calendar(self.stage.lines[line.number].calendar),
            line=self.stage.lines[line.number],
        )
        if callback.contact_id == contact.pk:
            known.setdefault("callbacks", {})[str(act.need)] = callback.pk
        if act.contact.call is not None and act.contact.call.ending == "called_back" and entry is not None:
            queue_entry_leave(entry=entry, state=QueueEntryState.CALLED_BACK, at=act.at)
            call = call_by_contact_id(contact.pk)
            call_course_record(call=call, menu_path=call.menu_path, end_kind=CALLED_BACK)

    def _number(self, act: Act) -> str:
        if act.contact.sender.startswith("+"):
            return act.contact.sender
        person: PlannedCitizen | None = self._persons.get(act.contact.citizen)
        points = person.contact_points if person is not None else ()
        return next((point.value for point in points if point.kind == "phone"), "")

    def _attempt(self, act: Act, known: Known) -> None:
        callback_id = known.get("callbacks", {}).get(str(act.need))
        if callback_id is None:
            return
        callback = callback_by_id(callback_id)
        if callback.closed_at is None:
            actor = self.troupe.who_receives(act.contact.agent, callback.organisation_id)
            callback_attempt(actor=actor, callback=callback, result=act.result)
