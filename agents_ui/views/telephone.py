"""The telephone bar: a small page of its own, that every page of the console shows at its foot.

Every act is an ordinary form: htmx puts the new bar in place, a browser without scripts gets the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.once import go
from agents_ui.presenters.telephone import (
    TALKING,
    CallShown,
    TelephoneBar,
    call_shown,
    colleagues_shown,
    pop_shown,
    presence_shown,
    teams_shown,
    waiting_shown,
)
from grc.enums import AgentReach, PauseReason, PresenceState
from grc.errors import GrcError, Invalid, NotAllowed, NotFound
from grc.keys import softphone_identity
from grc.policies import Verb
from grc.ports import telephony
from grc.selectors.contacts import contact_get, queue_waiting
from grc.selectors.directory import teams_of
from grc.selectors.offers import call_controls, offer_get, offer_open
from grc.selectors.presence import presence_of, presences_board
from grc.services.call_answering import call_offer_accept, call_offer_decline
from grc.services.call_moves import (
    call_consult,
    call_consult_end,
    call_hang_up,
    call_hold,
    call_leave,
    call_partner_add,
    call_resume,
    call_transfer_cold,
    call_transfer_warm,
)
from grc.services.call_wrap_up import note_draft_save
from grc.services.presence import presence_set, presence_touch
from grc.types import Actor

NUMBER: Final = 30
# Twilio's own list for its Voice SDK (twilio.com/docs/voice/sdks/javascript, "Content Security Policy").
TWILIO_MEDIA: Final = ("https://media.twiliocdn.com", "https://sdk.twilio.com")
TWILIO_SOURCES: Final = (*TWILIO_MEDIA, "https://eventgw.twilio.com", "wss://voice-js.roaming.twilio.com")


@require_safe
@console_page(Verb.RECEPTION)
def telephone(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The bar alone for the pages that show it, a page otherwise."""
    return _show(request, actor)


def _show(request: HttpRequest, actor: Actor, *, problem: str = "", opened: str = "") -> HttpResponse:
    context = {"bar": _bar(actor), "problem": problem, "opened": opened, "softphone": _softphone_on()}
    if request.headers.get("HX-Request"):
        return render(request, "console/parts/telephone.html", context, status=422 if problem else 200)
    return render(request, "console/telephone.html", context, status=409 if problem else 200)


def _softphone_on() -> bool:
    return bool(settings.TWILIO_SOFTPHONE_ENABLED and settings.TWILIO_VOICE_SDK_URL)


def _bar(actor: Actor) -> TelephoneBar:
    now = timezone.now()
    row = presence_of(actor=actor)
    pop = offer_open(actor=actor, now=now)
    waiting, longest = waiting_shown(queue_waiting(actor=actor), now=now)
    call = None
    wrap_up = ""
    if row.state in TALKING and row.contact_id is not None:
        call = _call(actor, row.contact_id, row.agent_id)
        if row.state == PresenceState.WRAPPING_UP:
            wrap_up = reverse("reception-contact", args=[row.contact_id])
    choosing = call is not None and bool(call.acts & {"transferer", "avis"})
    return TelephoneBar(
        presence=presence_shown(row),
        waiting=waiting,
        longest=longest,
        pop=pop_shown(pop) if pop is not None else None,
        call=call if not wrap_up else None,
        wrap_up=wrap_up,
        teams=teams_shown(teams_of(actor=actor)) if choosing else (),
        colleagues=colleagues_shown(presences_board(actor=actor), agent=row.agent) if choosing else (),
    )


def _call(actor: Actor, contact_id: int, agent_id: int) -> CallShown | None:
    """None for a contact that is not a call."""
    try:
        controls = call_controls(actor=actor, contact_id=contact_id)
    except NotFound:
        return None
    number = contact_get(actor=actor, contact_id=contact_id).address_value
    return call_shown(controls, agent_id=agent_id, number=number)


def _done(
    request: HttpRequest, actor: Actor, act: Callable[[], object], *, location: str = "", opened: str = ""
) -> HttpResponse:
    """Do it, then the bar as it is now; a refusal is said in it, with the form that was open."""
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _show(request, actor, problem=error.sentence, opened=opened)
    if location:
        return go(request, location)
    if request.headers.get("HX-Request"):
        return _show(request, actor)
    return HttpResponseRedirect(reverse("telephone"))


@require_POST
@console_page(Verb.RECEPTION)
def telephone_presence(request: HttpRequest, actor: Actor) -> HttpResponse:
    """« available », « paused:meal », « offline »; and how one is rung."""
    state, _sign, reason = request.POST.get("state", "").partition(":")
    reach = request.POST.get("reach", "")

    def act() -> None:
        try:
            chosen = PresenceState(state)
            why = PauseReason(reason) if reason else None
            ringing = AgentReach(reach) if reach else None
        except ValueError:
            raise Invalid(_("Choisissez une présence.")) from None
        presence_set(
            actor=actor,
            state=chosen,
            reason=why,
            reach=ringing,
        )

    return _done(request, actor, act, opened="presence")


@require_POST
@console_page(Verb.RECEPTION)
def telephone_touch(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page says every half minute that it is open."""
    presence_touch(actor=actor)
    return HttpResponse(status=204)


@require_POST
@console_page(Verb.RECEPTION)
def telephone_offer(request: HttpRequest, actor: Actor, offer_id: int, slug: str) -> HttpResponse:
    """« prendre » leads to the reception screen of the caller, « laisser » gives them to somebody else."""
    # Nobody else's offer exists.
    offer_get(actor=actor, offer_id=offer_id, now=timezone.now())
    if slug == "laisser":
        return _done(request, actor, lambda: call_offer_decline(actor=actor, offer_id=offer_id))
    try:
        offer = call_offer_accept(actor=actor, offer_id=offer_id)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _show(request, actor, problem=error.sentence)
    return go(request, reverse("reception-contact", args=[offer.entry.call.contact_id]))


def _destination(request: HttpRequest) -> tuple[int | None, int | None, str]:
    """(team, agent, number): exactly one is asked for; the number wins over the list."""
    number = request.POST.get("number", "")[:NUMBER].strip()
    kind, _sign, key = request.POST.get("to", "").partition(":")
    if number:
        return None, None, number
    if key.isascii() and key.isdigit() and kind in ("team", "agent"):
        return (int(key), None, "") if kind == "team" else (None, int(key), "")
    raise Invalid(_("Choisissez une équipe, un collègue ou un numéro."))


def _transfer(request: HttpRequest, actor: Actor, contact_id: int) -> None:
    team, agent, number = _destination(request)
    call_transfer_cold(actor=actor, contact_id=contact_id, team_id=team, agent_id=agent, number=number)


def _consult(request: HttpRequest, actor: Actor, contact_id: int) -> None:
    team, agent, number = _destination(request)
    if team is not None:
        raise Invalid(_("Un avis se demande à quelqu’un, pas à une équipe."))
    call_consult(actor=actor, contact_id=contact_id, agent_id=agent, number=number)


def _partner(request: HttpRequest, actor: Actor, contact_id: int) -> None:
    number = request.POST.get("number", "")[:NUMBER].strip()
    if not number:
        raise Invalid(_("Donnez le numéro à appeler."))
    call_partner_add(actor=actor, contact_id=contact_id, number=number)


MOVES: Final[dict[str, Callable[[HttpRequest, Actor, int], object]]] = {
    "attente": lambda request, actor, contact_id: call_hold(actor=actor, contact_id=contact_id),
    "reprise": lambda request, actor, contact_id: call_resume(actor=actor, contact_id=contact_id),
    "reunir": lambda request, actor, contact_id: call_resume(actor=actor, contact_id=contact_id),
    "fin": lambda request, actor, contact_id: call_hang_up(actor=actor, contact_id=contact_id),
    "quitter": lambda request, actor, contact_id: call_leave(actor=actor, contact_id=contact_id),
    "transferer": _transfer,
    "avis": _consult,
    "avis-fin": lambda request, actor, contact_id: call_consult_end(actor=actor, contact_id=contact_id),
    "confier": lambda request, actor, contact_id: call_transfer_warm(actor=actor, contact_id=contact_id),
    "partenaire": _partner,
}


@require_POST
@console_page(Verb.RECEPTION)
def telephone_move(request: HttpRequest, actor: Actor, contact_id: int, slug: str) -> HttpResponse:
    """What is done with a live call. The services refuse what is no longer possible, in French."""
    contact_get(actor=actor, contact_id=contact_id)
    return _done(request, actor, lambda: MOVES[slug](request, actor, contact_id), opened=slug)


@require_POST
@console_page(Verb.RECEPTION)
def telephone_notes(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """What is typed during the call, kept on the server as it is typed."""
    try:
        note_draft_save(actor=actor, contact_id=contact_id, body=request.POST.get("notes", ""))
    except Invalid as error:
        return HttpResponse(error.sentence, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _softphone_sources() -> dict[str, list[str]]:
    """What the telephone's window, and no other page, may load: the SDK, and the network it speaks to."""
    sdk = _origin(settings.TWILIO_VOICE_SDK_URL)
    return {
        "script-src": [sdk],
        "connect-src": [sdk, *TWILIO_SOURCES],
        "media-src": ["mediastream:", *TWILIO_MEDIA],
    }


@csp_update(_softphone_sources() if settings.TWILIO_VOICE_SDK_URL else {})
@require_safe
@console_page(Verb.RECEPTION)
def telephone_softphone(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A window of its own, which stays open while the agent changes page."""
    if not _softphone_on():
        raise NotFound(_("Le téléphone du navigateur n’est pas configuré."))
    return render(
        request,
        "console/softphone.html",
        {"sdk_url": settings.TWILIO_VOICE_SDK_URL, "keypad": "123456789*0#"},
    )


@require_safe
@console_page(Verb.RECEPTION)
def telephone_token(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The right of this browser to be rung, for a short time; 404 where browsers are not telephones."""
    port = telephony()
    token = None
    if port is not None and actor.agent_id is not None:
        token = port.softphone_token(identity=softphone_identity(actor.agent_id), now=timezone.now())
    if token is None:
        raise NotFound(_("Le téléphone du navigateur n’est pas configuré."))
    response = JsonResponse(
        {"token": token.token, "identity": token.identity, "expires_at": token.expires_at.isoformat()}
    )
    response["Cache-Control"] = "no-store"
    return response
