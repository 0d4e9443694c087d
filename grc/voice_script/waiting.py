"""Pure. The nodes where something is owed: ticket, queue, call-back, voice message, transfer.

A call that gave a topic and a place has its ticket before any of them is entered: a caller who hangs up there
loses nothing, whatever the script says.
"""

import re
from collections.abc import Mapping

from grc.references import spoken
from grc.voice_script.model import (
    MISSES_BEFORE_HUMAN,
    Callback,
    Input,
    Queue,
    Ticket,
    Transfer,
    Voicemail,
)
from grc.voice_script.phrases import callback_number, reference_grouped
from grc.voice_script.questions import choice_heard
from grc.voice_script.run import (
    QUEUE_FACTS,
    TICKET_FACTS,
    Run,
    human_place,
    wants_human,
    wants_repeat,
)

OPENING = "opening"
REFUSING = "refusing"
REFUSE_KEY = "9"
"""In the waiting room: no recording of the conversation. Not a choice of the script, which cannot lose it."""
_ENDED_WELL = frozenset({"bridged", "bridging-in-process", "hangup", "completed"})
_MOVED = frozenset({"redirected", "redirected-from-bridged"})

# ticket


def owes_ticket(run: Run) -> bool:
    """A topic and a place were given, and the ticket of this pair is not open yet."""
    given = (run.facts.get("topic") or run.facts.get("theme")) and run.facts.get("commune_code")
    return bool(given) and run.facts.get("opened") != _need(run)


def ticket_open(run: Run) -> None:
    run.stage = OPENING
    run.effect("open_ticket", run.kept(TICKET_FACTS), result=True)


def ticket_enter(run: Run, node: Ticket) -> None:
    has_topic = run.facts.get("topic") or run.facts.get("theme")
    if has_topic and run.facts.get("opened") != _need(run):
        ticket_open(run)
    else:
        run.go(node.next)


def ticket_done(run: Run, given: Input) -> None:
    """Says the reference, then goes on: to the next node, or into the node that was about to be entered."""
    run.facts["opened"] = _need(run)
    reference = given.values.get("reference", "")
    run.phrase("ticket_opened")
    if run.facts.get("discretion"):
        run.phrase("discreet")
    if reference:
        run.facts["reference"] = reference
        say_reference(run)
        if given.values.get("has_code"):
            run.phrase("ticket_code")
    run.phrase("ticket_kept")
    node = run.node
    run.go(node.next if isinstance(node, Ticket) else node.id)


def say_reference(run: Run) -> None:
    reference = run.facts.get("reference", "")
    if reference:
        run.phrase("ticket_reference", grouped=reference_grouped(reference), spelled=spoken(reference))


def _need(run: Run) -> str:
    return "|".join(run.facts.get(name, "") for name in ("theme", "topic", "commune_code"))


# queue


def queue_enter(run: Run, node: Queue) -> None:
    if run.context.busy and node.when_busy and not run.facts.get("busy_told"):
        run.facts["busy_told"] = "1"
        run.go(node.when_busy)
        return
    run.facts.pop("keep_place", None)
    run.stage = "waiting"
    run.tell(node.text, node.texts)
    _recording_tell(run)
    values = run.kept(QUEUE_FACTS)
    if run.facts.get("recording"):
        values["recording"] = run.facts["recording"]
    if node.team:
        values["team"] = node.team
    run.effect("enqueue", values, result=False)
    run.wait_for("wait")


def _recording_tell(run: Run) -> None:
    """Told before, never for a discreet topic, which is not recorded; a refusal is not asked again."""
    if run.context.records and not run.facts.get("recording") and not run.facts.get("discretion"):
        run.phrase("recording_notice")
        run.facts["recording"] = "told"


def may_refuse_recording(state_facts: Mapping[str, str]) -> bool:
    """The caller was told that the conversation may be recorded, and has not refused."""
    return state_facts.get("recording") == "told"


def queue_heard(run: Run, node: Queue, given: Input) -> bool:
    """A key pressed in the waiting room. False: nothing was chosen, the wait goes on and no step is taken."""
    if given.keys == REFUSE_KEY and may_refuse_recording(run.facts):
        run.facts["recording"] = "refused"
        run.stage = REFUSING
        run.wait_for("leave")
        return True
    choice = choice_heard(node.choices, given) if given.keys else None
    if choice is None:
        if wants_repeat(given):
            say_reference(run)
        run.wait_for("wait")
        return False
    run.facts.update(choice.sets)
    run.facts["keep_place"] = "1"
    run.stage = f"leaving:{choice.key}"
    run.wait_for("leave")
    return True


def queue_returned(run: Run, node: Queue, given: Input) -> None:
    result = given.values.get("result", "")
    if result in _MOVED:
        run.stage = "moved"
        run.wait_for("nothing")
    elif result in _ENDED_WELL:
        run.hang_up()
    elif run.stage == REFUSING:
        run.phrase("recording_refused")
        run.go(node.id)
    else:
        key = run.stage.partition(":")[2]
        chosen = next((choice for choice in node.choices if choice.key == key), None)
        if chosen is None:
            run.phrase("wait_full")
        run.go(chosen.next if chosen else node.next)


# call-back


def callback_prompt(run: Run, node: Callback) -> None:
    if run.stage == "number" or not run.context.caller_number:
        if run.stage != "number":
            run.tell(node.text, node.texts)
            run.stage = "number"
        run.phrase("callback_ask_number")
        if not _is_last_resort(run, node):
            run.say_human(with_hash=True)
        run.ask_keys(10, finish="#", speech=False)
        return
    run.stage = "confirm"
    run.tell(node.text, node.texts)
    run.phrase("callback_shown")
    for name in ("callback_confirm", "callback_other", "callback_refuse"):
        run.phrase(name)
    if not _is_last_resort(run, node):
        run.say_human()
    run.ask_keys(1, hints=("oui", "non", "un autre numéro"))


def callback_answer(run: Run, node: Callback, given: Input) -> None:
    digits = given.keys.rstrip("#")
    if run.stage == "number" and re.fullmatch(r"[0-9]{10}", digits):
        number = callback_number(digits)
        if number:
            _owe(run, number)
            return
    if run.stage != "number" and _confirm_answer(run, node, given):
        return
    if wants_human(given):
        _callback_human(run, node)
    elif wants_repeat(given) or run.miss(given, "callback_bad_number" if run.stage == "number" else "wrong"):
        callback_prompt(run, node)
    else:
        _callback_gives_up(run, node)


def _confirm_answer(run: Run, node: Callback, given: Input) -> bool:
    said = given.speech.strip().lower()
    if given.keys == "1" or (not given.keys and said in {"oui", "d'accord", "oui s'il vous plaît"}):
        _owe(run, run.context.caller_number)
    elif given.keys == "2" or (not given.keys and "autre numéro" in said):
        run.stage, run.misses = "number", 0
        callback_prompt(run, node)
    elif given.keys == "3" or (not given.keys and said in {"non", "non merci"}):
        run.go(node.next)
    else:
        return False
    return True


def callback_done(run: Run, node: Callback, given: Input) -> None:
    run.facts["callback"] = "1"
    if given.values.get("promise"):
        run.say(given.values["promise"])
    else:
        run.phrase("callback_noted")
    if run.facts.get("discretion"):
        run.phrase("callback_discreet")
    run.go(node.next)


def _owe(run: Run, number: str) -> None:
    if not number:
        run.stage = "number"
        run.phrase("callback_ask_number")
        run.ask_keys(10, finish="#", speech=False)
        return
    run.stage = "owing"
    values = {"number": number, "keep_place": run.facts.get("keep_place", ""), **run.kept(QUEUE_FACTS)}
    run.effect("owe_callback", values, result=True)


def _is_last_resort(run: Run, node: Callback) -> bool:
    """Nobody can answer now: the call-back is the way to a human."""
    return human_place(run) == node.id


def _callback_human(run: Run, node: Callback) -> None:
    if _is_last_resort(run, node):
        _owe(run, "" if run.stage == "number" else run.context.caller_number)
    else:
        run.to_human(announce=False)


def _callback_gives_up(run: Run, node: Callback) -> None:
    """Three silences or wrong keys. Somebody who said what the call is about is called back at the number
    shown (an old telephone may not send keys); on a discreet topic nobody is called without having asked."""
    if not _is_last_resort(run, node):
        run.to_human(announce=True)
    elif run.context.caller_number and run.facts.get("reference") and not run.facts.get("discretion"):
        run.phrase("callback_shown")
        _owe(run, run.context.caller_number)
    else:
        run.phrase("callback_missed")
        run.go(node.next)


# voice message and transfer


def voicemail_enter(run: Run, node: Voicemail) -> None:
    run.stage = "recording"
    run.tell(node.text, node.texts)
    run.say_human()
    run.wait_for("record", max_seconds=node.max_seconds)


def voicemail_returned(run: Run, node: Voicemail, given: Input) -> None:
    address = given.values.get("recording_url", "")
    if wants_human(Input.heard(keys=given.keys or given.values.get("digits", ""))):
        run.to_human(announce=False)
        return
    if not address:
        run.phrase("voicemail_empty")
        run.misses += 1
        if run.misses < MISSES_BEFORE_HUMAN:
            voicemail_enter(run, node)
        else:
            run.to_human(announce=True)
        return
    values = {
        "recording_url": address,
        "seconds": given.values.get("seconds", ""),
        "reference": run.facts.get("reference", ""),
    }
    run.effect("keep_voicemail", values, result=False)
    run.phrase("voicemail_kept")
    run.go(node.next)


def transfer_enter(run: Run, node: Transfer) -> None:
    run.stage = "dialling"
    run.facts["redirected"] = node.number
    run.tell(node.text, node.texts)
    run.wait_for("dial", number=node.number)


def transfer_returned(run: Run, node: Transfer, given: Input) -> None:
    if given.values.get("result", "") in _ENDED_WELL:
        run.hang_up()
    else:
        run.go(node.next)
