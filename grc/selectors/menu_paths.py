"""What callers chose in the menus, in the words they heard."""

from __future__ import annotations

from collections.abc import Sequence

from grc.models import Call
from grc.selectors.telephony import call_facts, line_answering
from grc.voice_script import VoiceScriptError, path_words


def menu_paths(*, calls: Sequence[Call]) -> dict[int, tuple[str, ...]]:
    """The choices of each call, by call; with the script its line answers with today, nothing without one."""
    lines = {number: line_answering(number) for number in {call.to_number for call in calls}}
    facts = call_facts(calls=calls)
    found = {}
    for call in calls:
        line = lines[call.to_number]
        if line is None:
            continue
        try:
            found[call.pk] = path_words(line.script, call.menu_path, facts.get(call.pk))
        except VoiceScriptError:
            # Nobody could answer with this script: the call had another one, which is no longer known.
            found[call.pk] = ()
    return found
