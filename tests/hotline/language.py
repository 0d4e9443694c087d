"""The language of the scenarios: sentences, each bound to one function, and the words that vary in them.

A sentence is a Cucumber expression (`{qui} appuie sur {touches}`). It is of one kind: `etant_donne` sets the scene,
`quand` is something that somebody does, `alors` is what must be so. A sentence nobody knows, or that two functions
know, stops the collection of the tests with its file and line: nothing is guessed, nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cucumber_expressions.expression import CucumberExpression
from cucumber_expressions.parameter_type import ParameterType
from cucumber_expressions.parameter_type_registry import ParameterTypeRegistry

from tests.hotline import words

Kind = str
SCENE: Final = "Context"
ACT: Final = "Action"
OUTCOME: Final = "Outcome"
# What was done before may set the scene; what must be so is never an act.
ALLOWED: Final = {SCENE: {SCENE, ACT}, ACT: {ACT}, OUTCOME: {OUTCOME}}
KEYWORDS: Final = {SCENE: "Étant donné", ACT: "Quand", OUTCOME: "Alors"}
SUBJECT: Final = "{qui} "


class LanguageError(Exception):
    """A scenario that cannot be read; the message is French and says where."""


@dataclass(frozen=True)
class Sentence:
    kind: Kind
    expression: CucumberExpression
    function: Callable[..., None]
    implicit: bool
    """The subject is left out: the person of the sentence before."""


@dataclass(frozen=True)
class Bound:
    """A sentence found, with what varies in it."""

    function: Callable[..., None]
    arguments: tuple[Any, ...]


class Phrasebook:
    """All the sentences."""

    def __init__(self) -> None:
        self._types = ParameterTypeRegistry()
        for word in words.WORDS:
            self._types.define_parameter_type(
                ParameterType(word.name, word.pattern, object, word.read, False, False)
            )
        self.sentences: list[Sentence] = []

    def add(self, kind: Kind, text: str, function: Callable[..., None]) -> None:
        """Know a sentence; one that begins with its subject is known without it as well."""
        known = words.plain(text)
        self.sentences.append(Sentence(kind, CucumberExpression(known, self._types), function, False))
        if known.startswith(SUBJECT):
            rest = CucumberExpression(known.removeprefix(SUBJECT), self._types)
            self.sentences.append(Sentence(kind, rest, function, True))

    def bind(self, kind: Kind, text: str) -> Bound:
        """The one function of a sentence; LanguageError when there is none, or several, or of another kind."""
        asked = words.plain(text)
        found = []
        for sentence in self.sentences:
            arguments = sentence.expression.match(asked)
            if arguments is not None:
                found.append((sentence, tuple(argument.value for argument in arguments)))
        if not found:
            raise LanguageError(f"Personne ne connaît cette phrase : « {text} ».")
        if len(found) > 1:
            known = ", ".join(f"« {sentence.expression.source} »" for sentence, _ in found)
            raise LanguageError(f"Phrase ambiguë : « {text} » peut être {known}.")
        sentence, values = found[0]
        if sentence.kind not in ALLOWED[kind]:
            raise LanguageError(
                f"« {text} » ne va pas après « {KEYWORDS[kind]} » : c’est une phrase de « {KEYWORDS[sentence.kind]} »."
            )
        return Bound(sentence.function, (words.SAME_PERSON, *values) if sentence.implicit else values)


PHRASEBOOK: Final = Phrasebook()
Step = Callable[..., None]


def _decorator(kind: Kind, texts: Sequence[str]) -> Callable[[Step], Step]:
    def keep(function: Step) -> Step:
        for text in texts:
            PHRASEBOOK.add(kind, text, function)
        return function

    return keep


def etant_donne(*texts: str) -> Callable[[Step], Step]:
    """The function sets the scene."""
    return _decorator(SCENE, texts)


def quand(*texts: str) -> Callable[[Step], Step]:
    """The function is an act of somebody, of the network or of time."""
    return _decorator(ACT, texts)


def alors(*texts: str) -> Callable[[Step], Step]:
    """The function asserts."""
    return _decorator(OUTCOME, texts)
