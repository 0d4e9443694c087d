"""Pure. Voice scripts: menus written as data, and the interpreter that answers what a caller does.

`script_from_json` reads a script, `validate` finds its problems, `initial_state` begins a call, `advance` (or
`play`, which also performs effects) handles an input, `again` answers a repeated request, `wait_step` speaks
in the waiting room.
"""

from grc.voice_script.differences import KIND_WORDS, Change, script_changes
from grc.voice_script.drawing import Box, Drawing, draw, kind_of
from grc.voice_script.editing import (
    NEW,
    new_steps,
    script_begun,
    step_add,
    step_name,
    step_put,
    step_remove,
    steps_leading_to,
)
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
from grc.voice_script.paths import path_words
from grc.voice_script.phrases import callback_number, reference_grouped
from grc.voice_script.plan import Exit, Stem, exits, plan, walked
from grc.voice_script.rehearsal import Turn, effect_text, rehearse
from grc.voice_script.simple_condition import SimpleCondition
from grc.voice_script.validation import Known, Problem, next_nodes, problems, validate

__all__ = [
    "FRENCH",
    "KIND_WORDS",
    "LANGUAGES",
    "NEW",
    "VOICE_FACTS",
    "Box",
    "Branch",
    "Callback",
    "Change",
    "Choice",
    "Commune",
    "Context",
    "Drawing",
    "Effect",
    "End",
    "Exit",
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
    "SimpleCondition",
    "State",
    "Stem",
    "Step",
    "Ticket",
    "Transfer",
    "Turn",
    "VoiceScriptError",
    "Voicemail",
    "advance",
    "again",
    "asks_busy",
    "callback_number",
    "condition_text",
    "draw",
    "effect_text",
    "exits",
    "initial_state",
    "kind_of",
    "known_language",
    "language_of",
    "locale_of",
    "new_steps",
    "next_nodes",
    "path_words",
    "plan",
    "play",
    "problems",
    "reference_grouped",
    "rehearse",
    "script_begun",
    "script_changes",
    "script_from_json",
    "script_to_json",
    "state_from_json",
    "state_to_json",
    "step_add",
    "step_name",
    "step_put",
    "step_remove",
    "steps_leading_to",
    "validate",
    "wait_step",
    "walked",
]
