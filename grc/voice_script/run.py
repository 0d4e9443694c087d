"""Pure. One pass of the interpreter: what is being said, decided and remembered while an input is handled."""

from collections.abc import Mapping

from grc.conditions import evaluate, facts_of
from grc.voice_script.facts import facts_known
from grc.voice_script.languages import FRENCH, Sentence, known_language
from grc.voice_script.model import (
    HUMAN_KEY,
    MISSES_BEFORE_HUMAN,
    REPEAT_KEY,
    Branch,
    Choice,
    Context,
    Effect,
    EffectName,
    Expect,
    ExpectKind,
    Hours,
    Input,
    Link,
    Node,
    Redirect,
    Say,
    Script,
    State,
    Step,
    Ticket,
)
from grc.voice_script.phrases import HUMAN_WORDS, PHRASES, REPEAT_WORDS, filled, speech_has

TICKET_FACTS = ("theme", "topic", "postal_code", "commune_code", "commune_name", "discretion")
_HANDLED = frozenset({"open_ticket", "enqueue", "owe_callback", "keep_voicemail"})
QUEUE_FACTS = ("theme", "topic", "commune_code", "discretion", "reference")


class Run:
    """Mutable while one input is handled, then frozen into a Step by `step`."""

    def __init__(self, script: Script, state: State, context: Context) -> None:
        self.script = script
        self.context = context
        self.node_id = state.node
        self.stage = state.stage
        self.misses = state.misses
        self.number = state.step
        self.facts = dict(state.facts)
        self.said: list[str] = []
        self.effects: list[Effect] = []
        self.expect: Expect | None = None
        self.entering = False

    @property
    def node(self) -> Node:
        return self.script.nodes[self.node_id]

    @property
    def language(self) -> str:
        """The language the caller chose, French as long as they chose none."""
        return known_language(self.facts.get("language", ""))

    def say(self, text: str, language: str = FRENCH) -> None:
        if text.strip():
            self.said.append(text if language == FRENCH else Sentence(text, language))

    def tell(self, text: str, texts: Mapping[str, str]) -> None:
        """What the administrator wrote, in the caller's language where it is written, else in French."""
        other = texts.get(self.language, "")
        self.say(other or text, self.language if other.strip() else FRENCH)

    def phrase(self, name: str, /, **values: str) -> None:
        self._phrase_in(self.language, name, values)

    def _phrase_in(self, language: str, name: str, values: Mapping[str, str]) -> None:
        other = "" if language == FRENCH else self.script.phrases.get(f"{name}@{language}", "")
        other = other or PHRASES.get(language, {}).get(name, "")
        if other and language != FRENCH:
            self.say(filled(other, values), language)
            return
        self.say(filled(self.script.phrases.get(name) or PHRASES[FRENCH][name], values))

    def go(self, node_id: str) -> None:
        """The next node is entered before anything is waited for."""
        self.node_id, self.stage, self.misses = node_id, "", 0
        self.expect, self.entering = None, True

    def ask_keys(
        self, digits: int, *, finish: str = "", speech: bool = True, hints: tuple[str, ...] = ()
    ) -> None:
        self.expect = Expect(
            "keys",
            num_digits=digits,
            finish_on_key=finish,
            timeout=6 if digits == 1 else 10,
            speech=speech,
            hints=hints,
            language="" if self.language == FRENCH else self.language,
        )

    def wait_for(self, kind: ExpectKind, *, number: str = "", max_seconds: int = 0) -> None:
        self.expect = Expect(kind, number=number, max_seconds=max_seconds)

    def hang_up(self) -> None:
        self.expect, self.entering = Expect("hangup"), False

    def effect(self, name: EffectName, values: Mapping[str, str], *, result: bool) -> None:
        """`result`: the interpreter stops until the caller gives back what the effect produced.

        What a person of ours will handle says in which language, when the caller chose one.
        """
        spoken = name in _HANDLED and self.facts.get("language")
        self.effects.append(Effect(name, {**values, "language": self.language} if spoken else dict(values)))
        if result:
            self.expect = Expect("effect")

    def kept(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: self.facts.get(name, "") for name in names}

    def hours(self, node: Hours) -> tuple[bool, str]:
        """Whether the calendar of the node is open, and why not; a calendar that is gone leaves it to the line."""
        own = self.context.hours(node.calendar) if node.calendar else None
        return own if own is not None else (self.context.line_open, self.context.closed_sentence)

    def holds(self, node: Branch) -> bool:
        """Whether the condition is true; unknown is not true."""
        return evaluate(node.when, facts_known(self.facts, self.context, facts_of(node.when))).value is True

    def say_choices(self, choices: tuple[Choice, ...]) -> None:
        for choice in choices:
            language, wording = self._wording(choice)
            self._phrase_in(language, "choice", {"wording": wording, "key": choice.key})

    def _wording(self, choice: Choice) -> tuple[str, str]:
        """In which language a choice is said. A language is offered in that language: who needs it understands it."""
        offered = choice.sets.get("language", "")
        for language in (offered, self.language):
            if language == FRENCH:
                break
            if choice.wordings.get(language, "").strip():
                return language, choice.wordings[language]
        return FRENCH, choice.wording

    def say_human(self, *, with_hash: bool = False) -> None:
        name = "human_open" if self.context.line_open else "human_closed"
        self.phrase(f"{name}_hash" if with_hash else name)

    def to_human(self, *, announce: bool) -> None:
        if announce:
            self.phrase("to_human_open" if self.context.line_open else "to_human_closed")
        self.go(self.script.human)

    def miss(self, given: Input, phrase: str) -> bool:
        """Counts a silence or a wrong answer. True: say the question again; False: enough, a human it is."""
        self.misses += 1
        if self.misses >= MISSES_BEFORE_HUMAN:
            return False
        self.phrase("silence" if not given.keys and not given.speech.strip() else phrase)
        return True

    def step(self) -> Step:
        expect = self.expect or Expect("hangup")
        said = tuple(self.said)
        state = State(
            node=self.node_id,
            stage=self.stage,
            misses=self.misses,
            step=self.number,
            facts=self.facts,
            said=said,
            expect=expect,
        )
        return Step(said, expect, tuple(self.effects), state)


def wants_human(given: Input) -> bool:
    """Key 0, or a word for a person."""
    return given.keys == HUMAN_KEY or (
        not given.keys and any(speech_has(given.speech, word) for word in HUMAN_WORDS)
    )


def wants_repeat(given: Input) -> bool:
    """The star key, or "répétez"."""
    return given.keys == REPEAT_KEY or (
        not given.keys and any(speech_has(given.speech, word) for word in REPEAT_WORDS)
    )


def human_place(run: Run) -> str:
    """The node where key 0 leads in the end, past what is only said: a queue, a call-back..."""
    node_id, seen = run.script.human, set[str]()
    while node_id not in seen:
        seen.add(node_id)
        node = run.script.nodes.get(node_id)
        if isinstance(node, Hours):
            node_id = node.open if run.hours(node)[0] else node.closed
        elif isinstance(node, Branch):
            node_id = node.then if run.holds(node) else node.otherwise
        elif isinstance(node, (Say, Link, Redirect, Ticket)):
            node_id = node.next
        else:
            break
    return node_id
