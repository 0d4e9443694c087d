"""Branches on what is known of the call, hours of their own, and calls held in another language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from grc.voice_script import (
    VoiceScriptError,
    condition_text,
    language_of,
    script_from_json,
    script_to_json,
    state_from_json,
    state_to_json,
)
from grc.voice_script.model import Branch
from grc.voice_script.validation import Known, problems
from tests.grc.voice_script.calls import Call
from tests.grc.voice_script.test_validation import small

PARIS = ZoneInfo("Europe/Paris")


def choice(key: str, wording: str, then: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "wording": wording, "next": then, **more}


def two_ways(when: dict[str, Any]) -> dict[str, Any]:
    """A menu that sets facts, then a branch to a queue (true) or to the goodbye (false)."""
    return small(
        menu={
            "kind": "menu",
            "text": "Bonjour.",
            "choices": [
                choice("1", "la santé", "branch", sets={"theme": "sante"}),
                choice(
                    "2", "protéger un enfant", "branch", sets={"theme": "enfance", "discretion": "discreet"}
                ),
                choice("3", "English", "branch", sets={"language": "en"}),
                choice("4", "autre chose", "branch"),
            ],
        },
        branch={"kind": "branch", "when": when, "then": "queue", "otherwise": "end"},
    )


@pytest.mark.parametrize(
    ("when", "key", "then"),
    [
        ({"fact": "theme", "is": "sante"}, "1", "queue"),
        ({"fact": "theme", "is": "sante"}, "2", "end"),
        ({"fact": "theme", "in": ["sante", "enfance"]}, "2", "queue"),
        ({"fact": "theme", "is": "sante"}, "4", "end"),
        ({"not": {"fact": "theme", "is": "sante"}}, "4", "end"),
        ({"fact": "language", "is": "en"}, "3", "queue"),
        ({"fact": "language", "is": "fr"}, "1", "queue"),
        ({"fact": "discreet", "is": True}, "2", "queue"),
        ({"fact": "open", "is": True}, "1", "queue"),
        ({"fact": "busy", "is": True}, "1", "end"),
        ({"fact": "number", "is": True}, "1", "queue"),
        ({"all": [{"fact": "theme", "is": "sante"}, {"fact": "open", "is": False}]}, "1", "end"),
    ],
)
def test_branch__on_what_is_known(when: dict[str, Any], key: str, then: str) -> None:
    call = Call(script_from_json(two_ways(when)))
    call.press(key)
    assert call.state.node == then


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        (datetime(2026, 11, 25, 19, 59, 59, tzinfo=PARIS), "end"),
        (datetime(2026, 11, 25, 20, 0, tzinfo=PARIS), "queue"),
        (datetime(2026, 11, 26, 7, 59, 59, tzinfo=PARIS), "queue"),
        (datetime(2026, 11, 26, 8, 0, tzinfo=PARIS), "end"),
    ],
)
def test_branch__on_the_hour_at_both_sides(moment: datetime, then: str) -> None:
    when = {"fact": "now", "matches": {"from": "20:00", "to": "08:00"}}
    call = Call(script_from_json(two_ways(when)), now=moment)
    call.press("4")
    assert call.state.node == then


def with_hours(calendar: str) -> dict[str, Any]:
    return small(
        menu={"kind": "menu", "text": "Bonjour.", "choices": [choice("1", "la santé", "hours")]},
        hours={"kind": "hours", "open": "queue", "closed": "doctor", "announce": True, "calendar": calendar},
        doctor={"kind": "transfer", "text": "Un médecin vous répond.", "number": "116117", "next": "queue"},
    )


def test_hours__of_their_own_decide_whatever_the_line() -> None:
    night = {"medecin": (False, "Le cabinet est fermé.")}
    call = Call(script_from_json(with_hours("medecin")), hours=night)
    step = call.press("1")
    assert (step.expect.kind, step.expect.number) == ("dial", "116117")
    assert step.say == ("Le cabinet est fermé.", "Un médecin vous répond.")
    assert call.names == []
    call = Call(script_from_json(with_hours("medecin")), hours={"medecin": (True, "")}, line_open=False)
    call.press("1")
    assert call.state.waiting


def test_hours__a_calendar_that_is_gone_leaves_it_to_the_line() -> None:
    call = Call(script_from_json(with_hours("disparu")), line_open=True)
    call.press("1")
    assert call.state.waiting
    call = Call(script_from_json(with_hours("disparu")), line_open=False)
    assert call.press("1").expect.kind == "dial"


def bilingual() -> dict[str, Any]:
    return small(
        menu={
            "kind": "menu",
            "text": "Bonjour.",
            "texts": {"en": "Hello."},
            "choices": [
                choice("1", "parler à quelqu'un", "queue", wordings={"en": "somebody"}),
                choice("2", "écouter nos horaires", "times"),
                choice("8", "l'anglais", "menu", sets={"language": "en"}, wordings={"en": "English"}),
                choice("9", "le français", "menu", sets={"language": "fr"}),
            ],
        },
        times={"kind": "say", "text": "Nous sommes ouverts.", "next": "menu"},
        queue={"kind": "queue", "text": "Patientez.", "texts": {"en": "Please wait."}, "next": "end"},
    )


def spoken(call: Call) -> list[tuple[str, str]]:
    return [(language_of(sentence), sentence) for sentence in call.step.say]


def test_language__chosen_by_a_key_then_every_sentence_says_its_own() -> None:
    call = Call(script_from_json(bilingual()))
    assert spoken(call) == [
        ("fr", "Bonjour."),
        ("fr", "pour parler à quelqu'un, tapez 1."),
        ("fr", "pour écouter nos horaires, tapez 2."),
        ("en", "for English, press 8."),
        ("fr", "pour le français, tapez 9."),
        ("fr", "pour parler à un agent, tapez 0."),
    ]
    assert call.step.expect.language == ""
    call.press("8")
    assert spoken(call) == [
        ("en", "Hello."),
        ("en", "for somebody, press 1."),
        ("fr", "pour écouter nos horaires, tapez 2."),
        ("en", "for English, press 8."),
        ("fr", "pour le français, tapez 9."),
        ("en", "to speak to somebody, press 0."),
    ]
    assert call.step.expect.language == "en"
    call.press("2")
    assert spoken(call)[0] == ("fr", "Nous sommes ouverts.")
    call.press("1")
    assert spoken(call) == [("en", "Please wait.")]
    assert call.done[-1].values["language"] == "en"


def test_language__comes_back_to_french() -> None:
    call = Call(script_from_json(bilingual()))
    call.press("8", "9")
    assert spoken(call)[0] == ("fr", "Bonjour.")
    assert call.step.expect.language == ""


def test_language__of_each_sentence_survives_json() -> None:
    call = Call(script_from_json(bilingual()))
    call.press("8")
    kept = state_from_json(state_to_json(call.state))
    assert [language_of(sentence) for sentence in kept.said] == ["en", "en", "fr", "en", "fr", "en"]


def test_language__a_script_gives_the_phrases_of_a_language_without_any() -> None:
    data = bilingual()
    data["nodes"]["menu"]["choices"][0] = choice(
        "1", "l'espagnol", "menu", sets={"language": "es"}, wordings={"es": "español"}
    )
    data["phrases"] = {"choice@es": "para {wording}, pulse {key}."}
    call = Call(script_from_json(data))
    assert ("es", "para español, pulse 1.") in spoken(call)
    call.press("1")
    assert ("fr", "pour parler à un agent, tapez 0.") in spoken(call)


def test_script_json__round_trip_of_everything_new() -> None:
    data = two_ways(
        {"all": [{"fact": "theme", "in": ["sante"]}, {"fact": "now", "matches": {"weekdays": ["sunday"]}}]}
    )
    data["nodes"]["menu"]["title"] = "Menu principal"
    data["nodes"]["queue"] |= {"team": "accueil", "texts": {"en": "Please wait."}}
    data["nodes"]["hours"] = {"kind": "hours", "open": "queue", "closed": "end", "calendar": "medecin"}
    script = script_from_json(data)
    assert script_from_json(script_to_json(script)) == script
    assert script_to_json(script)["nodes"] == data["nodes"]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (
            {
                "branch": {
                    "kind": "branch",
                    "when": {"fact": "meteo", "is": "pluie"},
                    "then": "end",
                    "otherwise": "end",
                }
            },
            "L'étape « branch » : condition, $.fact : Le fait « meteo » n’existe pas.",
        ),
        (
            {"end": {"kind": "end", "text": "Au revoir.", "texts": {"xx": "…"}}},
            "L'étape « end » : la langue « xx » n'est pas prévue.",
        ),
    ],
)
def test_script_from_json__conditions_and_languages_refused_in_french(
    nodes: dict[str, Any], expected: str
) -> None:
    with pytest.raises(VoiceScriptError) as caught:
        script_from_json(small(**nodes))
    assert str(caught.value).replace("\u00a0", " ") == expected


def test_condition_text__reads_after_si() -> None:
    data = two_ways(
        {
            "all": [
                {"fact": "open", "is": False},
                {"fact": "theme", "is": "sante"},
                {"fact": "number", "is": True},
            ]
        }
    )
    node = script_from_json(data).nodes["branch"]
    assert isinstance(node, Branch)
    assert (
        condition_text(node.when).replace("\u00a0", " ")
        == "la ligne est fermée et le thème est « sante » et le numéro s’affiche"
    )


def test_problems__codes_that_do_not_exist_at_their_node() -> None:
    data = with_hours("medecin")
    data["nodes"]["queue"]["team"] = "inconnue"
    data["nodes"]["menu"]["choices"][0]["sets"] = {"theme": "sante"}
    known = Known(calendars=frozenset(), topics=frozenset(), teams=frozenset())
    found = [(problem.node, problem.sentence) for problem in problems(script_from_json(data), known)]
    assert found == [
        ("menu", "L'étape « menu », touche 1 : le thème « sante » n'existe pas."),
        ("queue", "L'étape « queue » mène à l'équipe « inconnue », qui n'existe pas."),
        ("hours", "L'étape « hours » suit les horaires « medecin », qui n'existent pas."),
    ]
    known = Known(frozenset({"medecin"}), frozenset({"sante"}), frozenset({"inconnue"}))
    assert problems(script_from_json(data), known) == []


def test_problems__a_number_that_cannot_be_dialled() -> None:
    data = with_hours("medecin")
    data["nodes"]["doctor"]["number"] = "le médecin"
    assert [(one.node, one.sentence) for one in problems(script_from_json(data))] == [
        (
            "doctor",
            "L'étape « doctor » : « le médecin » n'est pas un numéro de téléphone (par exemple +33321216216, ou 112).",
        )
    ]


def test_play__a_circle_of_steps_that_do_something_ends_the_call() -> None:
    """Refused at publication; if ever it answered, the process must not turn for ever."""
    data = small(menu={"kind": "link", "text": "Un lien.", "next": "menu"})
    call = Call(script_from_json(data), may_text=True)
    assert call.state.ended
    assert call.names == ["text_link"] * 11
