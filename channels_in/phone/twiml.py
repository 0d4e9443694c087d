"""Pure. Twilio's markup (TwiML) for the steps of a call.

The verbs, their attributes and what a wait document may hold are those of Twilio's documentation
(twilio.com/docs/voice/twiml). Every address given to Twilio is absolute. Everything a caller is asked is said
inside the Gather, so that a key pressed while the voice speaks is heard.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from channels_in.phone.markup import Document, Verb
from grc.voice_script import FRENCH, Sentence, Step, language_of, locale_of

LANGUAGE = "fr-FR"
HINTS_AT_MOST = 100
"""Twilio reads at most 500 hints; fewer keep the document small."""


class VoiceUrls(Protocol):
    """Absolute addresses of our webhooks, each carrying a step number."""

    def step(self, number: int) -> str:
        """Where what the caller did at this step goes."""

    def wait(self, number: int) -> str:
        """The wait document of the caller queued at this step."""

    def left(self, number: int) -> str:
        """Where the end of the waiting room entered at this step goes."""

    def recording(self) -> str:
        """Where the provider says that a recording is ready, even if the call has gone."""


@dataclass(frozen=True)
class WebhookUrls:
    """`base`: the public address of the service, without a slash at the end."""

    base: str

    def incoming(self) -> str:
        """The first webhook of a call."""
        return f"{self.base}/webhooks/twilio/voice/incoming"

    def step(self, number: int) -> str:
        """`action` of a question, a recording or a dial."""
        return f"{self.base}/webhooks/twilio/voice/step/{number}"

    def wait(self, number: int) -> str:
        """`waitUrl` of the queue."""
        return f"{self.base}/webhooks/twilio/voice/wait/{number}"

    def left(self, number: int) -> str:
        """`action` of the queue."""
        return f"{self.base}/webhooks/twilio/voice/left/{number}"

    def recording(self) -> str:
        """`recordingStatusCallback` of a voice message."""
        return f"{self.base}/webhooks/twilio/voice/recording"

    def again(self, why: str = "missed") -> str:
        """Where a caller who was moved is sent to wait again, being told why."""
        return f"{self.base}/webhooks/twilio/voice/again/{why}"

    def to(self, place: str) -> str:
        """One of our addresses, by what follows ``voice/``."""
        return f"{self.base}/webhooks/twilio/voice/{place}"

    def leg(self, leg_id: int) -> str:
        """What a telephone we rang does once it is picked up."""
        return f"{self.base}/webhooks/twilio/voice/leg/{leg_id}"

    def leg_status(self, leg_id: int) -> str:
        """Where its end is told."""
        return f"{self.base}/webhooks/twilio/voice/leg/{leg_id}/status"

    def conference(self, conference: str) -> str:
        """Where who enters and leaves a conference is told."""
        return f"{self.base}/webhooks/twilio/voice/conference/{conference}"

    def hold(self, conference: str) -> str:
        """What a caller on hold hears."""
        return f"{self.base}/webhooks/twilio/voice/hold/{conference}"

    def after(self) -> str:
        """Where a caller who is out of a conference goes, if nobody moved them."""
        return f"{self.base}/webhooks/twilio/voice/after"


@dataclass(frozen=True)
class Voice:
    """How the document speaks. `name` is one of Twilio's voices for French (a wrong pair fails the verb).

    `others`: language code -> voice for it; a language without one is said by the provider's own choice.
    """

    name: str
    language: str = LANGUAGE
    others: Mapping[str, str] = field(default_factory=dict)


def step_document(
    step: Step, *, urls: VoiceUrls, voice: Voice, queue: str, fill: Mapping[str, str] | None = None
) -> str:
    """The document answering a step; `queue` names the waiting room (64 characters at most).

    `fill` gives what is not stored with the step, by name: `{"code": "12 34 56"}` for `{code}`.
    """
    response = Document()
    lines = _filled(step.say, fill or {})
    expect, number = step.expect, step.state.step
    match expect.kind:
        case "keys":
            _question(response, step, lines, urls=urls, voice=voice)
        case "wait":
            _say(response, lines, voice)
            response.enqueue(
                queue,
                action=urls.left(number),
                method="POST",
                wait_url=urls.wait(number),
                wait_url_method="POST",
            )
        case "leave":
            # Said again after the waiting room: Leave hands over to the action of the queue.
            response.leave()
        case "record":
            # A key pressed while the voice speaks is heard; a second later the message begins.
            spoken = response.gather(
                input="dtmf",
                action=urls.step(number),
                method="POST",
                num_digits=1,
                finish_on_key="",
                timeout=1,
            )
            _say(spoken, lines, voice)
            response.record(
                action=urls.step(number),
                method="POST",
                max_length=expect.max_seconds,
                finish_on_key="#0",
                play_beep=True,
                timeout=6,
                recording_status_callback=urls.recording(),
            )
            # Twilio calls no `action` for a silence: it goes on to the next verb, without which it would hang up.
            response.redirect(urls.step(number), method="POST")
        case "dial":
            _say(response, lines, voice)
            response.dial(expect.number, action=urls.step(number), method="POST", timeout=30)
        case "hangup":
            _say(response, lines, voice)
            response.hangup()
        case _:
            _say(response, lines, voice)
    return str(response)


def wait_document(
    step: Step, *, urls: VoiceUrls, voice: Voice, music_url: str = "", fill: Mapping[str, str] | None = None
) -> str:
    """What is heard while waiting: only Say, Play, Pause and Gather. Twilio fetches it again when it ends.

    Without music, a pause: the caller hears the position again about every twenty-five seconds.
    """
    response = Document()
    gather = response.gather(
        input="dtmf",
        action=urls.step(step.state.step),
        method="POST",
        num_digits=1,
        finish_on_key="",
        timeout=step.expect.timeout,
    )
    _say(gather, _filled(step.say, fill or {}), voice)
    if music_url:
        gather.play(music_url)
    else:
        gather.pause(length=15)
    return str(response)


def conference_document(
    name: str,
    *,
    lines: Iterable[str],
    voice: Voice,
    ends_for_all: bool,
    told: str,
    action: str = "",
) -> str:
    """Joins the conference named by our contact; `ends_for_all` is true on the caller's leg.

    `told`: where who enters and leaves is told. `action`: where the leg goes after; without it, it ends. Whoever is
    first hears silence: the caller hears the waiting room until somebody is there.
    """
    response = Document()
    _say(response, lines, voice)
    dial = Verb("Dial", action=action, method="POST") if action else Verb("Dial")
    dial.conference(
        name,
        start_conference_on_enter=True,
        end_conference_on_exit=ends_for_all,
        beep="false",
        wait_url="",
        status_callback=told,
        status_callback_event="join leave",
        status_callback_method="POST",
    )
    response.append(dial)
    return str(response)


def hold_document(lines: Iterable[str], *, voice: Voice, again: str, music_url: str = "") -> str:
    """What a caller on hold hears, over and over: `again` is its own address."""
    response = Document()
    _say(response, lines, voice)
    if music_url:
        response.play(music_url)
    else:
        response.pause(length=20)
    response.redirect(again, method="POST")
    return str(response)


def trouble_document(lines: Iterable[str], *, voice: Voice, seconds: int, then: str = "") -> str:
    """Says the lines, waits, and tries the address ``then`` again; without one, ends where the provider goes on."""
    response = Document()
    _say(response, lines, voice)
    response.pause(length=seconds)
    if then:
        response.redirect(then, method="POST")
    return str(response)


def hangup_document(lines: Iterable[str], *, voice: Voice) -> str:
    """Says the lines and hangs up."""
    response = Document()
    _say(response, lines, voice)
    response.hangup()
    return str(response)


def pause_document(lines: Iterable[str], *, voice: Voice, seconds: int = 10) -> str:
    """Says the lines and waits: what is heard in the waiting room while the call is being moved."""
    response = Document()
    _say(response, lines, voice)
    response.pause(length=seconds)
    return str(response)


def redirect_document(url: str) -> str:
    """Sends the call to another of our addresses."""
    response = Document()
    response.redirect(url, method="POST")
    return str(response)


def _question(response: Document, step: Step, lines: list[str], *, urls: VoiceUrls, voice: Voice) -> None:
    expect = step.expect
    options: dict[str, Any] = {}
    if expect.speech:
        locale = locale_of(Sentence("", expect.language)) if expect.language else voice.language
        options = {"language": locale, "speech_timeout": "auto"}
        if expect.hints:
            options["hints"] = ", ".join(expect.hints[:HINTS_AT_MOST])
    if expect.num_digits:
        options["num_digits"] = expect.num_digits
    gather = response.gather(
        input="dtmf speech" if expect.speech else "dtmf",
        action=urls.step(step.state.step),
        method="POST",
        timeout=expect.timeout,
        finish_on_key=expect.finish_on_key,
        action_on_empty_result=True,
        **options,
    )
    _say(gather, lines, voice)


def _say(verb: Any, lines: Iterable[str], voice: Voice) -> None:
    for line in lines:
        code = language_of(line)
        if isinstance(line, Sentence) and code != FRENCH:
            chosen = {"voice": voice.others[code]} if code in voice.others else {}
            verb.say(str(line), language=locale_of(line), **chosen)
        else:
            verb.say(line, voice=voice.name, language=voice.language)


def _filled(lines: Iterable[str], fill: Mapping[str, str]) -> list[str]:
    out = []
    for line in lines:
        for name, value in fill.items():
            line = Sentence(line.replace("{" + name + "}", value), language_of(line))  # noqa: PLW2901
        out.append(line)
    return out
