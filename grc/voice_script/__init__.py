"""Pure. Voice scripts: menus written as data, and the interpreter that answers what a caller does.

`script_from_json` reads a script, `validate` finds its problems, `initial_state` begins a call, `advance` (or
`play`, which also performs effects) handles an input, `again` answers a repeated request, `wait_step` speaks
in the waiting room.
"""

from grc.voice_script.facts import VOICE_FACTS, asks_busy, condition_text
from grc.voice_script.interpreter import advance, again, initial_state, play, wait_step
from grc.voice_script.languages import FRENCH, LANGUAGES, Sentence, known_language, language_of, locale_of
from grc.voice_script.model import (
    Branch,
    Callback,
    Choice,
    Commune,
    Context,
    Effect,
    End,
    Expect,
    Hours,
    Input,
    Lookup,
    Menu,
    Node,
    PostalCode,
    Queue,
    Redirect,
    ReferenceStatus,
    Say,
    Script,
    State,
    Step,
    Ticket,
    Transfer,
    Voicemail,
    VoiceScriptError,
)
from grc.voice_script.parsing import script_from_json, script_to_json, state_from_json, state_to_json
from grc.voice_script.phrases import callback_number, reference_grouped
from grc.voice_script.validation import Known, Problem, next_nodes, problems, validate

__all__ = [
    "FRENCH",
    "LANGUAGES",
    "VOICE_FACTS",
    "Branch",
    "Callback",
    "Choice",
    "Commune",
    "Context",
    "Effect",
    "End",
    "Expect",
    "Hours",
    "Input",
    "Known",
    "Lookup",
    "Menu",
    "Node",
    "PostalCode",
    "Problem",
    "Queue",
    "Redirect",
    "ReferenceStatus",
    "Say",
    "Script",
    "Sentence",
    "State",
    "Step",
    "Ticket",
    "Transfer",
    "VoiceScriptError",
    "Voicemail",
    "advance",
    "again",
    "asks_busy",
    "callback_number",
    "condition_text",
    "initial_state",
    "known_language",
    "language_of",
    "locale_of",
    "next_nodes",
    "play",
    "problems",
    "reference_grouped",
    "script_from_json",
    "script_to_json",
    "state_from_json",
    "state_to_json",
    "validate",
    "wait_step",
]
