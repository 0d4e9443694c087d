"""Our writing of the markup against Twilio's own library: the same text, letter for letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, VoiceResponse

from channels_in.phone import twiml
from channels_in.phone.markup import Document
from channels_in.phone.twiml import (
    Voice,
    WebhookUrls,
    conference_document,
    hangup_document,
    hold_document,
    pause_document,
    redirect_document,
    step_document,
    trouble_document,
    wait_document,
)
from grc.voice_script import Expect, State, Step

URLS = WebhookUrls("https://grc.example.org")
VOICE = Voice("Polly.Lea-Neural", others={"en": "Polly.Amy"})
ODD = ("", "Bonjour, « l’été » & l'hiver.", "<Dial>0899</Dial>", 'Il a dit "oui"\n\tpuis\r non ]]>', "ß😀")
KINDS = ("keys", "wait", "leave", "record", "dial", "hangup", "nothing")


def library(render: Callable[[], str]) -> str:
    """The same document, built by Twilio's library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twiml, "Document", VoiceResponse)
        patch.setattr(twiml, "Verb", lambda name, **attributes: {"Dial": Dial}[name](**attributes))
        return render()


def expect_of(kind: str, odd: str) -> Expect:
    return Expect(
        kind,  # type: ignore[arg-type]
        num_digits=1,
        finish_on_key="#",
        speech=True,
        hints=(odd, "logement", "RSA"),
        number="+33321000000",
        max_seconds=120,
    )


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", KINDS)
def test_step_document__is_what_the_library_writes(kind: str, odd: str) -> None:
    step = Step((odd, "Au revoir."), expect_of(kind, odd), (), State("menu", step=4))
    for one in (step, replace(step, say=()), replace(step, expect=replace(step.expect, speech=False))):

        def render(one: Step = one) -> str:
            return step_document(one, urls=URLS, voice=VOICE, queue="attente-1 & co")

        assert render() == library(render)


DOCUMENTS: tuple[Callable[[tuple[str, ...]], str], ...] = (
    lambda lines: wait_document(
        Step(lines, Expect("keys", timeout=4), (), State("q", step=2)), urls=URLS, voice=VOICE
    ),
    lambda lines: conference_document(
        "contact-7",
        lines=lines,
        voice=VOICE,
        ends_for_all=True,
        told=URLS.conference("contact-7"),
        action="x?a=1&b=2",
    ),
    lambda lines: conference_document("contact-7", lines=lines, voice=VOICE, ends_for_all=False, told="t"),
    lambda lines: hold_document(
        lines, voice=VOICE, again="h?a=1&b=2", music_url="https://grc.example.org/a.mp3?x=1&y=2"
    ),
    lambda lines: hold_document(lines, voice=VOICE, again="h"),
    lambda lines: trouble_document(lines, voice=VOICE, seconds=3, then=URLS.incoming()),
    lambda lines: hangup_document(lines, voice=VOICE),
    lambda lines: pause_document(lines, voice=VOICE),
    lambda lines: redirect_document("https://grc.example.org/?" + "&".join(lines)),
)


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_documents__are_what_the_library_writes(number: int) -> None:
    render = DOCUMENTS[number]
    for lines in ((), ODD, ("Un instant.",)):
        assert render(lines) == library(partial(render, lines))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.text(st.characters(codec="utf-8")))
def test_markup__any_text_is_written_as_the_library_does(text: str, value: str) -> None:
    ours, theirs = Document(), VoiceResponse()
    for document in (ours, theirs):
        document.say(text, voice=value)
        document.gather(hints=value, action_on_empty_result=False, timeout=None, num_digits=5).pause(length=1)
    assert str(ours) == str(theirs)
