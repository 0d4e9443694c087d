"""Verbs between the line and one caller: Say, Play, Pause, Gather, Record and the ways out."""

from simulators.telephone.call import Call, Elapsed, Fetch, Input, Key, Speech, Step
from simulators.telephone.clock import rfc2822
from simulators.telephone.gather import Collector, GatherSpec
from simulators.telephone.grammar import Context
from simulators.telephone.records import Recording
from simulators.telephone.rules import problem
from simulators.telephone.runner import EndOfCallError, Frame, LeftQueueError, Runner
from simulators.telephone.twiml import Verb
from simulators.telephone.webhooks import Pairs

LETTERS_PER_SECOND = 14
MUSIC_SECONDS = 5.0


def speaking_seconds(text: str) -> float:
    """About how long a French voice takes to say a text."""
    return 0.4 + len(text) / LETTERS_PER_SECOND


def lasting(verb: Verb) -> float:
    """Seconds a Say, Play or Pause lasts; loop 0, endless, counts as one hour."""
    if verb.name == "Pause":
        return float(verb.number("length", 1))
    times = verb.number("loop", 1)
    one = speaking_seconds(verb.text) if verb.name == "Say" else MUSIC_SECONDS
    return one * times if times else 3600.0


def present(call: Call, verb: Verb) -> None:
    """Write a Say, Play or Pause into the transcript."""
    if verb.name == "Say":
        call.note("Say", verb.text, language=verb.get("language", "en-US"))
    elif verb.name == "Play":
        call.note("Play", verb.text or f"Tonalités {verb.get('digits')}")
    else:
        call.note("Pause", f"{verb.number('length', 1)} s")


async def speak(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    present(runner.call, verb)
    await runner.call.pass_time(lasting(verb))
    return None


async def gather(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    """Listen while the nested verbs speak, then until the input is complete or time is over."""
    call = runner.call
    target = runner.absolute(verb.get("action"), frame.url)
    collector = Collector(GatherSpec.of(verb))
    while not call.inbox.empty():
        call.inbox.get_nowait()
    call.collector, debt = collector, call.debt
    call.expecting = {"gather": collector.spec.as_json()}
    try:
        await _prompt(call, verb, collector)
        while not collector.done:
            _take(collector, await call.listen(collector.spec.timeout))
    finally:
        call.collector, call.expecting = None, None
    params = collector.params()
    if not collector.empty:
        # Whoever answers cuts the speech short: it has not lasted.
        call.debt = debt
        runner.heard_someone()
    if params is None:
        call.note("Gather", "Aucune réponse : le document continue")
        runner.heard_someone()
        return None
    return Fetch(target, verb.get("method", "POST"), tuple(params))


def _take(collector: Collector, heard: Input) -> bool:
    if isinstance(heard, Key):
        return collector.press(heard.key)
    if isinstance(heard, Speech):
        return collector.say(heard.text)
    collector.time_out()
    return True


async def _prompt(call: Call, verb: Verb, collector: Collector) -> None:
    """Speech of a Gather; the first key or sentence taken stops it."""
    for child in verb.children:
        present(call, child)
        call.debt += lasting(child)
        if call.clock.instant:
            continue
        stopped = await _listen_during(call, lasting(child), collector)
        if stopped:
            return


async def _listen_during(call: Call, seconds: float, collector: Collector) -> bool:
    end = call.clock.seconds() + seconds
    while (left := end - call.clock.seconds()) > 0:
        heard = await call.listen(left)
        if isinstance(heard, Elapsed):
            return heard.token is None
        if _take(collector, heard):
            return True
    return False


async def record(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    """Take a message. Silence alone is no recording: the document goes on, as Twilio's does."""
    call = runner.call
    while not call.inbox.empty():
        call.inbox.get_nowait()
    call.note(
        "Record", "Bip : parlez, puis " + (verb.get("finishOnKey", "1234567890*#")[-1:] or "raccrochez")
    )
    keys = verb.get("finishOnKey", "1234567890*#")
    words: list[str] = []
    call.expecting = {"record": {"finish_on_key": keys, "timeout": verb.number("timeout", 5)}}
    ended_by = "hangup"
    try:
        ended_by = await _listen_to_message(call, verb, keys, words)
    finally:
        call.expecting = None
        if ended_by == "hangup" and words:
            params = _keep(runner, verb, frame, words)
            runner.tell_action(verb, frame, [*params, ("Digits", "hangup")])
    runner.heard_someone()
    if not words:
        call.note("Record", "Silence : rien n’est enregistré")
        return None
    params = [*_keep(runner, verb, frame, words), ("Digits", ended_by)]
    return runner.action(verb, frame, params) or Fetch(
        runner.absolute("", frame.url), verb.get("method", "POST"), tuple(params)
    )


async def _listen_to_message(call: Call, verb: Verb, keys: str, words: list[str]) -> str:
    """The key that ended the message, or empty after a silence or at the greatest length."""
    longest = verb.number("maxLength", 3600)
    while sum(speaking_seconds(said) for said in words) < longest:
        heard = await call.listen(float(verb.number("timeout", 5)))
        if isinstance(heard, Elapsed):
            return ""
        if isinstance(heard, Speech):
            words.append(heard.text)
        elif heard.key in keys:
            return heard.key
    return ""


def _keep(runner: Runner, verb: Verb, frame: Frame, words: list[str]) -> Pairs:
    call, network = runner.call, runner.network
    seconds = max(1, round(sum(speaking_seconds(said) for said in words)))
    made = network.record(call, min(seconds, verb.number("maxLength", 3600)))
    call.note("Record", f"Message de {made.seconds} s enregistré")
    tell_recording(runner, verb, frame, made)
    return [
        ("RecordingUrl", network.recording_url(made)),
        ("RecordingSid", made.sid),
        ("RecordingDuration", str(made.seconds)),
    ]


def tell_recording(runner: Runner, verb: Verb, frame: Frame, made: Recording) -> None:
    """Send the recording's status callback, if the verb asks for one."""
    network = runner.network
    events = verb.get("recordingStatusCallbackEvent", "completed").split()
    if not verb.get("recordingStatusCallback") or "completed" not in events:
        return
    url = runner.absolute(verb.get("recordingStatusCallback"), frame.url)
    params = [
        ("AccountSid", network.settings.account_sid),
        ("CallSid", made.call_sid),
        ("RecordingSid", made.sid),
        ("RecordingUrl", network.recording_url(made)),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", str(made.seconds)),
        ("RecordingChannels", "1"),
        ("RecordingStartTime", rfc2822(made.created)),
        ("RecordingSource", made.source),
    ]
    network.tell(made.call_sid, url, params, verb.get("recordingStatusCallbackMethod", "POST"))


async def redirect(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    return Fetch(runner.absolute(verb.text, frame.url), verb.get("method", "POST"), redirect=True)


async def hang_up(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    runner.answer()
    runner.call.note("Hangup", "La ligne raccroche")
    raise EndOfCallError


async def reject(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    """Refuse an incoming call before it is picked up."""
    if runner.call.start is not None:
        runner.refuse(problem("nesting", "<Reject> après avoir décroché.", verb.line), frame.url)
    busy = verb.get("reason", "rejected") == "busy"
    runner.call.note("Reject", "Occupé" if busy else "Le numéro n’est pas joignable")
    runner.call.status = "busy" if busy else "no-answer"
    raise EndOfCallError


async def leave(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    if frame.context is Context.QUEUE_WAIT:
        raise LeftQueueError
    return None
