"""The language itself: what it refuses and how it says so, and what the set of scenarios covers."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.hotline import words
from tests.hotline.features import FOLDER, scenarios_of, scenarios_read
from tests.hotline.language import ACT, OUTCOME, SCENE, LanguageError, Phrasebook
from tests.hotline.steps import PHRASEBOOK

SCENARIOS_AT_LEAST = 60
# The telephone bugs reported elsewhere that must each have a scenario (design, lessons).
LESSONS = {
    "lecon-freepbx-525",  # several call-backs for one caller
    "lecon-fusionpbx-6743",  # the announced position goes from 7 to 8
    "lecon-fusionpbx-pr-6515",  # call-backs owed must count in the position
    "lecon-freeswitch-2529",  # an agent rung for a caller who had hung up
    "lecon-asterisk-1557",  # two agents at once, the other ringing calls lost
    "lecon-zammad-2255",  # a late report overwrote a finished call
    "lecon-zammad-1478",  # calls that never end
}


def known(*sentences: tuple[str, str]) -> Phrasebook:
    book = Phrasebook()
    for kind, text in sentences:
        book.add(kind, text, lambda *_: None)
    return book


BOOK = known(
    (SCENE, "la ligne ouverte"), (ACT, "{qui} appuie sur {touches}"), (OUTCOME, "{qui} entend {citation}")
)
SCENARIO = """# language: fr
Fonctionnalité: Essai

  Scénario: Un appel
    Étant donné la ligne ouverte
    Quand Awa appuie sur 4, puis 62000
    Et appuie sur étoile
    Alors elle entend « Votre commune est Arras »
"""


def test_scenarios_of__reads_sentences_in_order_with_their_values() -> None:
    (scenario,) = scenarios_of("essai.feature", SCENARIO, BOOK)
    assert (scenario.theme, scenario.title, scenario.place) == ("Essai", "Un appel", "essai.feature:4")
    assert [(line.number, line.bound.arguments) for line in scenario.lines] == [
        (5, ()),
        (6, ("Awa", ("4", "62000"))),
        (7, ("elle", ("*",))),
        (8, ("elle", "Votre commune est Arras")),
    ]


def refused(text: str, book: Phrasebook = BOOK) -> str:
    with pytest.raises(LanguageError) as refusal:
        scenarios_of("essai.feature", text, book)
    return str(refusal.value)


def test_scenarios_of__an_unknown_sentence_is_refused_with_its_line() -> None:
    text = SCENARIO.replace("Et appuie sur étoile", "Et chante une chanson")
    assert refused(text) == "essai.feature:7 : Personne ne connaît cette phrase : « chante une chanson »."


def test_scenarios_of__every_unknown_sentence_is_named_at_once() -> None:
    text = SCENARIO.replace("Et appuie sur étoile", "Et chante").replace("elle entend", "elle danse")
    assert [line.split(" : ")[0] for line in refused(text).splitlines()] == [
        "essai.feature:7",
        "essai.feature:8",
    ]


def test_scenarios_of__a_sentence_two_functions_know_is_refused() -> None:
    book = known((SCENE, "la ligne ouverte"), (ACT, "{qui} appuie sur {touches}"), (ACT, "{qui} appuie sur étoile"),
                 (OUTCOME, "{qui} entend {citation}"))  # fmt: skip
    assert refused(SCENARIO, book).startswith(
        "essai.feature:7 : Phrase ambiguë : « appuie sur étoile » peut être"
    )


def test_scenarios_of__an_assertion_is_no_act_and_an_act_no_assertion() -> None:
    assert "ne va pas après « Quand »" in refused(
        SCENARIO.replace("Et appuie sur étoile", "Et entend « Bonjour »")
    )
    assert "ne va pas après « Alors »" in refused(SCENARIO.replace("Alors elle entend « Votre commune est Arras »",
                                                                   "Alors elle appuie sur 4"))  # fmt: skip


def test_scenarios_of__what_is_not_gherkin_is_refused_with_its_line() -> None:
    assert "(6:5)" in refused(SCENARIO.replace("Quand Awa", "Soudain Awa"))
    assert refused(SCENARIO.replace("Étant donné la", "Soudain la")) == (
        "essai.feature:5 : cette ligne ne commence pas par « Étant donné », « Quand », « Alors », « Et » : "
        "« Soudain la ligne ouverte »."
    )


def test_scenarios_of__typography_does_not_count() -> None:
    text = SCENARIO.replace("« Votre commune est Arras »", "«\u00a0Votre commune est l’Arras\u202f»")
    (scenario,) = scenarios_of("essai.feature", text, BOOK)
    assert scenario.lines[-1].bound.arguments == ("elle", "Votre commune est l'Arras")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("numero", "06 39 98 12 34", "+33639981234"),
        ("numero", "0032 470 12 34 56", "+32470123456"),
        ("touches", "4, puis 2 puis 62000, puis 0 dièse", ("4", "2", "62000", "0#")),
        ("duree", "une heure et 2 minutes", timedelta(hours=1, minutes=2)),
        ("duree", "90 secondes", timedelta(seconds=90)),
        ("heure", "9 h 04", time(9, 4)),
        ("heure", "21 h", time(21)),
        ("date", "mardi 1er décembre 2026", date(2026, 12, 1)),
        ("appel", "l'appel d'Awa", "Awa"),
        ("appel", "son appel", "elle"),
        ("nombre", "trois", 3),
    ],
)
def test_words__are_read_into_plain_values(name: str, text: str, value: Any) -> None:
    (word,) = [word for word in words.WORDS if word.name == name]
    assert word.read(text) == value


def test_scenarios__are_more_than_sixty_whatever_their_rows_of_data() -> None:
    """A title is a scenario; the rows of its examples are its data."""
    found = scenarios_read(FOLDER, PHRASEBOOK)
    titles = Counter((scenario.theme, scenario.title) for scenario in found)
    assert len(titles) >= SCENARIOS_AT_LEAST


def test_scenarios__each_lesson_of_other_products_has_one() -> None:
    found = scenarios_read(FOLDER, PHRASEBOOK)
    assert {tag for scenario in found for tag in scenario.tags if tag.startswith("lecon-")} == LESSONS


def test_scenarios__titles_are_told_once() -> None:
    places: dict[str, set[str]] = {}
    for path in sorted(Path(FOLDER).glob("*.feature")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith(("Scénario:", "Plan du scénario:")):
                places.setdefault(line.partition(":")[2].strip(), set()).add(path.name)
    assert [title for title, files in places.items() if len(files) > 1] == []


def test_sentences__each_serves_in_some_scenario() -> None:
    """A sentence nobody uses is a promise nobody checks."""
    found = scenarios_read(FOLDER, PHRASEBOOK)
    used = {line.bound.function for scenario in found for line in scenario.lines}
    idle = {sentence.expression.source for sentence in PHRASEBOOK.sentences if sentence.function not in used}
    assert idle == set()


def test_sentences__each_is_in_the_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "write-a-call-scenario.md").read_text(
        encoding="utf-8"
    )
    listed = guide.partition("## 5. All the sentences")[2]
    told = [
        line.removeprefix("- `").removesuffix("`") for line in listed.splitlines() if line.startswith("- `")
    ]
    assert sorted(told) == sorted(s.expression.source for s in PHRASEBOOK.sentences if not s.implicit)
