"""Pure. From the bytes of an answer to verbs, with the list of rules it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from simulators.telephone.grammar import (
    ELEMENTS,
    FINAL_VERBS,
    MISPLACED,
    NAME_LIMIT,
    NAMED,
    SSML,
    VERBS,
    Context,
)
from simulators.telephone.rules import Problem, problem

SIZE_LIMIT = 64 * 1024
XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass
class Verb:
    """One element. `text` is its own text, outer space removed, SSML marks flattened for Say."""

    name: str
    attrs: dict[str, str]
    line: int = 0
    text: str = ""
    children: list["Verb"] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        return self.attrs.get(name, default)

    def number(self, name: str, default: int) -> int:
        value = self.attrs.get(name, "")
        return int(value) if value.isdigit() else default

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.attrs.get(name, str(default).lower()) == "true"


@dataclass(frozen=True)
class Parsed:
    verbs: tuple[Verb, ...]
    problems: tuple[Problem, ...]


class _DoctypeRefusedError(Exception):
    pass


class _Builder:
    """Receives expat's events; entities and document types are refused before they can expand."""

    def __init__(self) -> None:
        self.root: Verb | None = None
        self.stack: list[Verb] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        verb = Verb(name, dict(attrs), self.parser.CurrentLineNumber)
        if self.stack:
            self.stack[-1].children.append(verb)
        else:
            self.root = verb
        self.stack.append(verb)

    def _end(self, name: str) -> None:
        verb = self.stack.pop()
        if verb.name in SSML and self.stack:
            self.stack[-1].text += f" {verb.text} " if verb.text.strip() else " "

    def _data(self, data: str) -> None:
        self.stack[-1].text += data

    def _doctype(self, *_: object) -> None:
        raise _DoctypeRefusedError


def parse(body: bytes, content_type: str, context: Context) -> Parsed:
    """The verbs of an answer and every rule it breaks.

    `text/plain` is read aloud and `audio/*` played, then the call ends, as Twilio documents.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if len(body) > SIZE_LIMIT:
        return _failed(problem("too_large", f"{len(body)} octets."))
    if context is not Context.MESSAGING and (kind == "text/plain" or kind.startswith("audio/")):
        return _not_twiml(body, kind)
    if kind not in XML_TYPES:
        return _failed(problem("content_type", f"Reçu : « {kind or 'aucun'} »."))
    return _read(body, context)


def _read(body: bytes, context: Context) -> Parsed:
    builder = _Builder()
    try:
        builder.parser.Parse(body, True)
    except _DoctypeRefusedError:
        return _failed(problem("doctype"))
    except expat.ExpatError as error:
        return _failed(problem("not_xml", expat.ErrorString(error.code), error.lineno))
    root = builder.root
    if root is None or root.name != "Response":
        return _failed(problem("root", f"Reçu : <{root.name if root else ''}>."))
    return Parsed(tuple(_tidy(verb) for verb in root.children), tuple(_document_problems(root, context)))


def _failed(found: Problem) -> Parsed:
    return Parsed((), (found,))


def _not_twiml(body: bytes, kind: str) -> Parsed:
    if kind == "text/plain":
        said = Verb("Say", {}, 1, body.decode("utf-8", "replace").strip())
        return Parsed((said, Verb("Hangup", {}, 1)), ())
    return Parsed((Verb("Play", {}, 1, kind), Verb("Hangup", {}, 1)), ())


def _tidy(verb: Verb) -> Verb:
    verb.text = " ".join(verb.text.split())
    verb.children = [_tidy(child) for child in verb.children if child.name not in SSML]
    return verb


def _document_problems(root: Verb, context: Context) -> Iterator[Problem]:
    for name in root.attrs:
        if not name.startswith("xmlns"):
            yield problem("unknown_attribute", f"<Response {name}>.", root.line)
    if root.text.strip():
        yield problem("stray_text", "Dans <Response>.", root.line)
    ended_by = ""
    for verb in root.children:
        if ended_by:
            yield problem("unreachable", f"<{verb.name}> après <{ended_by}>.", verb.line)
        if verb.name not in ELEMENTS:
            yield problem("unknown_verb", f"<{verb.name}>.", verb.line)
            continue
        if verb.name not in VERBS[context]:
            yield problem(MISPLACED[context], f"<{verb.name}>.", verb.line)
        yield from _element_problems(verb)
        if verb.name in FINAL_VERBS:
            ended_by = verb.name


def _element_problems(verb: Verb) -> Iterator[Problem]:
    element = ELEMENTS[verb.name]
    for name, value in verb.attrs.items():
        if name not in element.attributes:
            yield problem("unknown_attribute", f"<{verb.name} {name}>.", verb.line)
        elif not element.attributes[name](value):
            yield problem("bad_attribute", f'<{verb.name} {name}="{value}">.', verb.line)
    text = verb.text.strip()
    if text and element.text == "no":
        yield problem("stray_text", f"Dans <{verb.name}>.", verb.line)
    if verb.name in NAMED:
        if len(text) > NAME_LIMIT or not (text or verb.get("workflowSid")):
            yield problem("name_too_long", f"<{verb.name}>.", verb.line)
    elif _is_empty(verb, text, element.text):
        yield problem("empty_verb", f"<{verb.name}>.", verb.line)
    yield from _children_problems(verb, element.children)


def _is_empty(verb: Verb, text: str, rule: str) -> bool:
    if verb.name == "Play":
        return not (text or verb.get("digits"))
    if verb.name in {"Dial", "Client", "Message"}:
        return not (text or verb.children)
    return rule == "must" and not text


def _children_problems(verb: Verb, allowed: frozenset[str]) -> Iterator[Problem]:
    for child in verb.children:
        if child.name in SSML and child.name in allowed:
            continue
        if child.name not in ELEMENTS:
            yield problem("unknown_verb", f"<{child.name}> dans <{verb.name}>.", child.line)
        elif child.name not in allowed:
            yield problem("nesting", f"<{child.name}> dans <{verb.name}>.", child.line)
        else:
            yield from _element_problems(child)
    exclusive = [child.name for child in verb.children if child.name in {"Conference", "Queue"}]
    if verb.name == "Dial" and exclusive and len(verb.children) > 1:
        yield problem("nesting", f"<{exclusive[0]}> doit être seul dans <Dial>.", verb.line)
