"""The scenarios as files: Gherkin in French, read by Cucumber's own parser, each step bound before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gherkin.errors import ParserError
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from tests.hotline.language import Bound, LanguageError, Phrasebook

FOLDER: Final = Path(__file__).parent / "scenarios"
Table = list[list[str]]


@dataclass(frozen=True)
class Line:
    """One sentence of a scenario. ``kind``: Context, Action or Outcome."""

    number: int
    text: str
    kind: str
    table: Table
    bound: Bound


@dataclass(frozen=True)
class Scenario:
    """``place``: file and line. A row of examples is a scenario of the same ``title``."""

    theme: str
    title: str
    place: str
    tags: frozenset[str]
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """Without its line: a scenario keeps its name when another is written above it."""
        return f"{self.place.partition('.')[0]} - {self.title}"


def scenarios_read(folder: Path, phrasebook: Phrasebook) -> list[Scenario]:
    """All the scenarios of a folder; LanguageError names every line that cannot be read, not only the first."""
    found: list[Scenario] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.feature")):
        try:
            found += scenarios_of(path.name, path.read_text(encoding="utf-8"), phrasebook)
        except LanguageError as error:
            problems.append(str(error))
    if problems:
        raise LanguageError("\n".join(problems))
    return found


def scenarios_of(name: str, text: str, phrasebook: Phrasebook) -> list[Scenario]:
    """The scenarios of one file. LanguageError says file and line."""
    try:
        # « Et qu’ » is a keyword: the parser knows it with a straight apostrophe only.
        document = Parser().parse(text.replace("’", "'"))
    except ParserError as error:
        raise LanguageError(f"{name} : {error}") from error
    numbers = {node["id"]: node["location"]["line"] for node in _nodes(document)}
    problems = [
        f"{name}:{node['location']['line'] + 1} : cette ligne ne commence pas par « Étant donné », « Quand », "
        f"« Alors », « Et » : « {node['description'].splitlines()[0].strip()} »."
        for node in _nodes(document["feature"]["children"])
        if node.get("description")
    ]
    found = []
    for pickle in Compiler().compile({**document, "uri": name}):
        lines = []
        for step in pickle["steps"]:
            number = numbers[step["astNodeIds"][0]]
            try:
                bound = phrasebook.bind(step["type"], step["text"])
            except (LanguageError, KeyError) as error:
                said = (
                    str(error)
                    if isinstance(error, LanguageError)
                    else "un scénario ne commence pas par « * »."
                )
                problems.append(f"{name}:{number} : {said}")
                continue
            lines.append(Line(number, step["text"], step["type"], _table(step), bound))
        tags = frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"])
        place = f"{name}:{numbers[pickle['astNodeIds'][0]]}"
        found.append(Scenario(document["feature"]["name"], pickle["name"], place, tags, tuple(lines)))
    if problems:
        raise LanguageError("\n".join(dict.fromkeys(problems)))
    return found


def _table(step: Any) -> Table:
    rows = step.get("argument", {}).get("dataTable", {}).get("rows", [])
    return [[cell["value"] for cell in row["cells"]] for row in rows]


def _nodes(part: Any) -> Iterator[Any]:
    """Every node of the document that has an id and a place."""
    if isinstance(part, dict):
        if "id" in part and "location" in part:
            yield part
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value)
