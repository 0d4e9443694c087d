"""What a call does in the outside world, through the services of the core, in the transaction of its step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from channels_in.phone.sentences import promise_sentence, site_text, status_sentence
from grc.enums import (
    LABELS,
    CallbackOrigin,
    Channel,
    Confidentiality,
    QueueEntryState,
    RecordingConsent,
    TicketState,
)
from grc.errors import Invalid, RateLimited
from grc.phone_numbers import callback_refusal
from grc.selectors.directory import commune_by_code, topic_by_code
from grc.selectors.sites import sites_by_codes
from grc.selectors.telephony import AnsweringLine, CallNow, ticket_of_contact
from grc.services.call_links import call_link_send
from grc.services.call_queue import call_enqueue, queue_entry_leave
from grc.services.callbacks import callback_owe
from grc.services.calls import CALLED_BACK, SELF_SERVED, VOICEMAIL
from grc.services.codes import ticket_open_with_code
from grc.services.intake import contact_locale_set
from grc.services.messages import Way, message_send, sms_sender
from grc.services.recordings import call_consent_set
from grc.services.ticket_open import ticket_open
from grc.services.voicemail import voicemail_keep
from grc.types import channel_actor
from grc.voice_script import Effect

if TYPE_CHECKING:
    from grc.models import Call, Ticket, Topic

ACTOR: Final = channel_actor("La personne au téléphone")
Values = Mapping[str, str]


class CallEffects:
    """Performs the effects of one step. ``end_kind``: what the caller has obtained ("" to forget what came before),
    None when nothing was obtained."""

    def __init__(self, *, held: CallNow, line: AnsweringLine, now: datetime) -> None:
        self.held = held
        self.call: Call = held.call
        self.line = line
        self.now = now
        self.end_kind: str | None = None
        self.tickets: dict[str, Ticket] = {}

    def perform(self, effect: Effect) -> Values:
        """Do it, once; what it gives back to the script."""
        if effect.values.get("language"):
            contact_locale_set(contact=self.call.contact, locale=effect.values["language"])
        perform: dict[str, Callable[[Values], Values]] = {
            "open_ticket": self._open_ticket,
            "enqueue": self._enqueue,
            "owe_callback": self._owe_callback,
            "check_status": self._check_status,
            "keep_voicemail": self._keep_voicemail,
            "text_sites": self._text_sites,
            "text_link": self._text_link,
        }
        return perform[effect.name](effect.values)

    def _ticket(self, reference: str) -> Ticket | None:
        if not reference:
            return None
        if reference not in self.tickets:
            found = ticket_of_contact(contact_id=self.call.contact_id, reference=reference)
            if found is None:
                return None
            self.tickets[reference] = found
        return self.tickets[reference]

    def _topic(self, values: Values) -> Topic | None:
        topic = None
        for code in (values.get("topic", ""), values.get("theme", "")):
            # A theme is the root of its branch and has its own code.
            here = self.line.line.organisation_id
            topic = topic or (topic_by_code(organisation_id=here, code=code) if code else None)
        return topic

    def _open_ticket(self, values: Values) -> Values:
        topic = self._topic(values)
        commune = commune_by_code(values["commune_code"]) if values.get("commune_code") else None
        ticket = ticket_open(
            actor=ACTOR,
            contact=self.call.contact,
            topic=topic,
            commune=commune,
            at=self.now,
            # A menu may be more discreet than the subject it leads to.
            discretion=_discretion(values.get("discretion", "")),
        )
        self.tickets[ticket.reference] = ticket
        self.end_kind = ""
        return {"reference": ticket.reference, "has_code": "1"}

    def _enqueue(self, values: Values) -> Values:
        ticket = self._ticket(values.get("reference", ""))
        entry = call_enqueue(
            actor=ACTOR,
            call=self.call,
            ticket=ticket,
            at=self.now,
            skills=[code for code in (values.get("theme"), values.get("topic")) if code],
            language=values.get("language", ""),
            team_code=values.get("team", ""),
            held=self.held,
        )
        self.held = replace(self.held, entry=entry)
        if values.get("recording"):
            call_consent_set(call=self.call, consent=RecordingConsent(values["recording"]))
        self.end_kind = ""
        return {}

    def _owe_callback(self, values: Values) -> Values:
        promise = self.callback_owe(values["number"], values.get("reference", ""), CallbackOrigin.ASKED)
        return {"promise": promise}

    def callback_owe(self, number: str, reference: str, origin: CallbackOrigin) -> str:
        """Owe a call-back from the caller's own place in the queue; the sentence to say."""
        entry = self.held.entry
        calendar = self.line.calendar
        try:
            callback = callback_owe(
                actor=ACTOR,
                contact=self.call.contact,
                ticket=self._ticket(reference),
                number=number,
                reason=LABELS[CallbackOrigin][origin],
                origin=origin,
                line=self.line.line,
                at=self.now,
                queue_since=entry.entered_at if entry is not None else None,
                calendar=calendar,
            )
        except Invalid as refusal:
            return refusal.sentence
        if entry is not None and entry.state in (QueueEntryState.WAITING, QueueEntryState.OFFERED):
            queue_entry_leave(entry=entry, state=QueueEntryState.CALLED_BACK, at=self.now)
        self.end_kind = CALLED_BACK
        here = calendar.local if calendar is not None else timezone.localtime
        return promise_sentence(
            now=here(self.now), start=here(callback.window_start), end=here(callback.window_end)
        )

    def _check_status(self, values: Values) -> Values:
        try:
            ticket = ticket_open_with_code(
                reference=values["reference"], code=values["code"], address="", now=self.now
            )
        except RateLimited as refusal:
            return {"outcome": "limited", "sentence": refusal.sentence}
        except Invalid:
            ticket = None
        if ticket is None:
            return {"outcome": "refused"}
        self.end_kind = SELF_SERVED
        team = ticket.team.label if ticket.team is not None else ""
        return {"outcome": "found", "sentence": status_sentence(TicketState(ticket.state), team=team)}

    def _text_sites(self, values: Values) -> Values:
        """Owe a text with the first site: name, address, telephone. The sentence says why it cannot leave."""
        codes = values.get("sites", "").split(",")
        sites = sites_by_codes(organisation_id=self.line.line.organisation_id, codes=codes)
        if not sites:
            return {"sentence": "Nous ne pouvons pas envoyer de SMS."}
        contact = self.call.contact
        try:
            message_send(
                actor=ACTOR,
                contact=contact,
                ticket=None,
                way=Way(Channel.SMS, self.call.from_number, sms_sender(contact)),
                body=site_text(organisation=contact.organisation.name, site=sites[0]),
                at=self.now,
                automatic=True,
            )
        except Invalid as refusal:
            return {"sentence": refusal.sentence}
        self.end_kind = SELF_SERVED
        return {}

    def _text_link(self, values: Values) -> Values:
        """Owe a text with the link. The sentence says why it cannot leave."""
        ticket = self._ticket(values.get("reference", ""))
        try:
            call_link_send(
                actor=ACTOR,
                call=self.call,
                ticket=ticket,
                topic=None if ticket is not None else self._topic(values),
                quiet=bool(values.get("discretion")),
                at=self.now,
            )
        except Invalid as refusal:
            return {"sentence": refusal.sentence}
        return {}

    def _keep_voicemail(self, values: Values) -> Values:
        seconds = values.get("seconds", "")
        self.voicemail_keep(
            address=values["recording_url"],
            seconds=int(seconds) if seconds.isdigit() else 0,
            reference=values.get("reference", ""),
        )
        return {}

    def voicemail_keep(self, *, address: str, seconds: int, reference: str) -> None:
        """Keep the recording and owe a call-back to whoever may be called."""
        message = voicemail_keep(
            actor=ACTOR,
            call=self.call,
            ticket=self._ticket(reference),
            provider_id=recording_id(address),
            seconds=seconds,
            at=self.now,
            held=self.held,
        )
        if message.ticket is not None:
            self.tickets[message.ticket.reference] = message.ticket
            if self.call.from_number and callback_refusal(self.call.from_number) is None:
                self.callback_owe(self.call.from_number, message.ticket.reference, CallbackOrigin.VOICEMAIL)
        self.end_kind = VOICEMAIL


def _discretion(text: str) -> Confidentiality:
    """As a voice script says it; a word nobody knows is discreet, since somebody meant to be."""
    if not text:
        return Confidentiality.NORMAL
    known = [one for one in Confidentiality if one.value == text]
    return known[0] if known else Confidentiality.DISCREET


def recording_id(address: str) -> str:
    """The provider's identifier of a recording: the last part of its address, without its extension."""
    return address.rstrip("/").rpartition("/")[2].partition("?")[0].partition(".")[0][:64]
