"""Pure. The shapes of the voice script: what an administrator writes, what a call remembers, what is heard.

A script is a graph of nodes (JSON, see `parsing`). A call is one `State`; each thing the caller does is an
`Input`; `advance` turns both into a `Step`. Everything here is immutable and JSON-serialisable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, Protocol

from grc.conditions import Expression

HUMAN_KEY = "0"
REPEAT_KEY = "*"
RESERVED_KEYS = frozenset({HUMAN_KEY, REPEAT_KEY, "#"})
MAX_CHOICES = 7
MISSES_BEFORE_HUMAN = 3
"""The sentence is said, then repeated twice; the third silence or wrong key leads to a human."""

ExpectKind = Literal["keys", "wait", "leave", "record", "dial", "hangup", "effect", "nothing"]
InputKind = Literal["start", "heard", "done", "returned"]
EffectName = Literal[
    "open_ticket", "enqueue", "owe_callback", "check_status", "keep_voicemail", "text_sites", "text_link"
]


class VoiceScriptError(ValueError):
    """A script that cannot be read; the message is a French sentence fit for the administrator."""


@dataclass(frozen=True)
class Choice:
    """One line of a menu, said "pour <wording>, tapez <key>". `sets` are facts kept when it is chosen.

    `wordings`: language code -> the wording in that language.
    """

    key: str
    wording: str
    next: str
    speech: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Say:
    """Says a text and goes on."""

    id: str
    text: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hours:
    """Branches on opening hours; `announce` says when it opens before the closed branch.

    `calendar`: code of a calendar of the organisation; empty for the hours of the line itself.
    """

    id: str
    open: str
    closed: str
    announce: bool = False
    calendar: str = ""
    title: str = ""


@dataclass(frozen=True)
class Branch:
    """Branches on what is known of the call (`facts.VOICE_FACTS`); an unknown fact takes `otherwise`."""

    id: str
    when: Expression
    then: str
    otherwise: str
    title: str = ""


@dataclass(frozen=True)
class Menu:
    """Asks for one key or a few words."""

    id: str
    text: str
    choices: tuple[Choice, ...]
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PostalCode:
    """Asks for five digits and finds the commune, read out when several share the code."""

    id: str
    text: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReferenceStatus:
    """Asks for a reference then its secret code, and says where the request stands."""

    id: str
    text: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """Sends a link by text: to the request already open, else to the form of the topic given."""

    id: str
    text: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sites:
    """Says the reception points nearest to the commune given, whether they are open, and offers them by text."""

    id: str
    text: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ticket:
    """Opens the ticket of the topic given and says its reference."""

    id: str
    next: str
    title: str = ""


@dataclass(frozen=True)
class Queue:
    """Puts the caller in the waiting line. `choices` are offered while waiting; `when_busy` is tried once
    before waiting when nobody can answer soon; `next` follows when the queue cannot take the call.
    `team`: code of the team whose agents answer; empty leaves it to the topic and place."""

    id: str
    text: str
    next: str
    choices: tuple[Choice, ...] = ()
    when_busy: str = ""
    team: str = ""
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Callback:
    """Agrees on a call-back: to the number shown, or to another one keyed by the caller."""

    id: str
    text: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Voicemail:
    """Records a message of at most `max_seconds`."""

    id: str
    text: str
    next: str
    max_seconds: int = 120
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Transfer:
    """Connects the caller to the number of another body; `next` follows when that body does not answer."""

    id: str
    text: str
    number: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Redirect:
    """Says the number of another body (or of an emergency service), then goes on."""

    id: str
    text: str
    number: str
    next: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class End:
    """Says goodbye and hangs up."""

    id: str
    text: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


Node = (
    Say | Hours | Branch | Menu | PostalCode | ReferenceStatus | Sites | Link | Ticket | Queue | Callback
    | Voicemail | Transfer | Redirect | End
)  # fmt: skip


@dataclass(frozen=True)
class Script:
    """`start` is entered by a new call, `human` by key 0. `phrases` replace the default sentences by name, those
    of another language by `name@language`."""

    start: str
    human: str
    nodes: Mapping[str, Node]
    phrases: Mapping[str, str] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True)
class Commune:
    """A commune as the caller hears it: INSEE code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class SiteHeard:
    """A reception point as the caller hears it. `hours`: a sentence, "Ouvert aujourd'hui jusqu'à 17 h." """

    code: str
    name: str
    address: str
    hours: str


class Lookup(Protocol):
    """What the interpreter asks while it runs: reads, without effect."""

    def sites(self, commune_code: str) -> Sequence[SiteHeard]:
        """Reception points of the line's organisation, nearest to a commune first (any order for an empty code)."""

    def communes(self, postal_code: str) -> Sequence[Commune]:
        """Communes under a five-digit postal code, in the order to read them out; empty when unknown."""

    def reference_is_valid(self, reference: str) -> bool:
        """Whether the check digit of a ten-digit reference is right (not whether the ticket exists)."""


@dataclass(frozen=True)
class Context:
    """What the outside knows when the caller does something.

    `closed_sentence` says why the line is closed and when it opens. `caller_number` is E.164, empty when it
    is hidden or may not be called back (foreign, premium). `all_busy` is true when nobody can answer soon (no
    agent, or a wait above the line's threshold), or says so when asked. `hours` gives (open, why closed) for the
    code of a calendar, None when there is no such calendar: the line's own hours then decide. `now`: aware, for
    conditions on time.
    `records`: the line may record a conversation, so that the caller must be told first and may refuse.
    `may_text`: the number shown can be sent a text.
    """

    lookup: Lookup
    line_open: bool = True
    closed_sentence: str = ""
    caller_number: str = ""
    all_busy: bool | Callable[[], bool] = False
    hours: Callable[[str], tuple[bool, str] | None] = lambda code: None
    now: datetime | None = None
    records: bool = False
    may_text: bool = False

    @cached_property
    def busy(self) -> bool:
        """`all_busy`, asked once and only where the call comes to it."""
        return self.all_busy() if callable(self.all_busy) else self.all_busy


@dataclass(frozen=True)
class Input:
    """What happened since the last step: `start`; `heard` (keys, speech, or neither: silence); `done` (the
    values an effect gave back); `returned` (a waiting room, recording or dial ended: `values["result"]`)."""

    kind: InputKind
    keys: str = ""
    speech: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def start(cls) -> "Input":
        """The call has just come in."""
        return cls("start")

    @classmethod
    def heard(cls, keys: str = "", speech: str = "") -> "Input":
        """The caller pressed keys, spoke, or did neither."""
        return cls("heard", keys=keys, speech=speech)

    @classmethod
    def done(cls, values: Mapping[str, str]) -> "Input":
        """The effect asked for has been performed and gave these values."""
        return cls("done", values=dict(values))

    @classmethod
    def returned(cls, result: str, **values: str) -> "Input":
        """The queue, the recording or the dial ended with the provider's result."""
        return cls("returned", values={"result": result, **values})


@dataclass(frozen=True)
class Expect:
    """What the document waits for.

    keys: digits (`num_digits`, `finish_on_key`) or speech; wait: the waiting room; leave: leave the waiting
    room; record; dial `number`; hangup; effect: perform the last effect and call `advance` with `Input.done`;
    nothing: the call is being moved elsewhere, say nothing more. `timeout` and `max_seconds` in seconds.
    `language`: in which language words are expected (`languages`); empty for French.
    """

    kind: ExpectKind
    num_digits: int = 0
    finish_on_key: str = ""
    timeout: int = 6
    speech: bool = False
    hints: tuple[str, ...] = ()
    number: str = ""
    max_seconds: int = 0
    language: str = ""


@dataclass(frozen=True)
class Effect:
    """Something to do in the outside world, once, in the transaction that stores the step.

    open_ticket {theme, topic, postal_code, commune_code, commune_name, discretion} -> {reference[, has_code]}
    enqueue     {theme, topic, commune_code, discretion, reference[, language][, team][, recording (told, refused)]}
                -> {}
    owe_callback{number (E.164), keep_place ("1" or ""), theme, topic, commune_code, discretion, reference}
                -> {[promise]} (a French sentence: when)
    check_status{reference, code} -> {outcome: found|refused|limited, sentence}
    keep_voicemail{recording_url, seconds, reference} -> {}
    text_sites  {sites (codes, comma-separated)} -> {[sentence]} (why no text can leave)
    text_link   {theme, topic, commune_code, discretion, reference} -> {[sentence]} (why no text can leave)
    The first three and keep_voicemail have `language` too, when the caller chose one.
    """

    name: EffectName
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What a call remembers. `step` is the number the `action` addresses of the document carry; `said` and
    `expect` are what was heard at that step, so that a repeat is rendered again without any effect."""

    node: str
    stage: str = ""
    misses: int = 0
    step: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    expect: Expect = field(default_factory=lambda: Expect("nothing"))

    @property
    def ended(self) -> bool:
        """Nothing more can happen in this call."""
        return self.expect.kind == "hangup"

    @property
    def waiting(self) -> bool:
        """The caller is in the waiting room."""
        return self.expect.kind == "wait"


@dataclass(frozen=True)
class Step:
    """The answer to an input: sentences to say, what to wait for, effects to perform, and the new state."""

    say: tuple[str, ...]
    expect: Expect
    effects: tuple[Effect, ...]
    state: State
