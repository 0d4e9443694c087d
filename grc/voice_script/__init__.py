"""Pure. Voice scripts: menus written as data, and the interpreter that answers what a caller does.

`script_from_json` reads a script, `validate` finds its problems, `initial_state` begins a call, `advance` (or
`play`, which also performs effects) handles an input, `again` answers a repeated request, `wait_step` speaks
in the waiting room.
"""

from grc.voice_script.interpreter import advance, again, initial_state, play, wait_step
from grc.voice_script.model import (
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
from grc.voice_script.validation import validate

__all__ = [
    "Callback",
    "Choice",
    "Commune",
    "Context",
    "Effect",
    "End",
    "Expect",
    "Hours",
    "Input",
    "Lookup",
    "Menu",
    "Node",
    "PostalCode",
    "Queue",
    "Redirect",
    "ReferenceStatus",
    "Say",
    "Script",
    "State",
    "Step",
    "Ticket",
    "Transfer",
    "VoiceScriptError",
    "Voicemail",
    "advance",
    "again",
    "callback_number",
    "initial_state",
    "play",
    "reference_grouped",
    "script_from_json",
    "script_to_json",
    "state_from_json",
    "state_to_json",
    "validate",
    "wait_step",
]
