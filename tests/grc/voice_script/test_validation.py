"""Each defect of a script is told to the administrator in one French sentence."""

import json
from typing import Any

import pytest

from grc.voice_script import VoiceScriptError, script_from_json, script_to_json, validate
from tests.grc.voice_script.calls import DEMO_SCRIPT, demo_script


def small(**nodes: dict[str, Any]) -> dict[str, Any]:
    base: dict[str, Any] = {
        "menu": {
            "kind": "menu",
            "text": "Bonjour.",
            "choices": [{"key": "1", "wording": "finir", "next": "end"}],
        },
        "queue": {"kind": "queue", "text": "Patientez.", "next": "end"},
        "end": {"kind": "end", "text": "Au revoir."},
    }
    return {"start": "menu", "human": "queue", "nodes": {**base, **nodes}}


def problems(**nodes: dict[str, Any]) -> list[str]:
    return validate(script_from_json(small(**nodes)))


def menu(*choices: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "kind": "menu",
        "text": "Bonjour.",
        "choices": [{"key": key, "wording": wording, "next": then} for key, wording, then in choices],
    }


def test_validate__demo_script_has_no_problem() -> None:
    assert validate(demo_script()) == []


def test_validate__small_script_has_no_problem() -> None:
    assert problems() == []


def test_demo_script__short_menus_and_all_fourteen_themes() -> None:
    data = json.loads(DEMO_SCRIPT.read_text(encoding="utf-8"))
    menus = [node for node in data["nodes"].values() if node["kind"] == "menu"]
    assert max(len(node["choices"]) for node in menus) == 7
    themes = {choice["sets"].get("theme") for node in menus for choice in node["choices"] if "sets" in choice}
    assert themes == {
        "autonomie", "handicap", "logement", "insertion", "sante", "enfance", "famille", "jeunesse", "mobilite",
        "routes", "education", "etat_civil", "numerique", "autre_organisme", None,
    }  # fmt: skip


def test_script_json__round_trip() -> None:
    script = demo_script()
    assert script_from_json(json.loads(json.dumps(script_to_json(script)))) == script


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ({"menu": menu(("1", "finir", "nulle_part"))},
         "L'étape « menu » mène à « nulle_part », qui n'existe pas."),
        ({"menu": menu(("1", "finir", "end"), ("1", "partir", "end"))},
         "Le menu « menu » donne deux fois la touche 1."),
        ({"menu": menu(("0", "finir", "end"))},
         "Le menu « menu » utilise la touche 0, réservée (0 : un agent, étoile : réécouter)."),
        ({"menu": menu(("12", "finir", "end"))},
         "Le menu « menu » utilise la touche « 12 », qui n'existe pas sur un clavier."),
        ({"menu": menu(*((str(n), f"choix {n}", "end") for n in range(1, 9)))},
         "Le menu « menu » a 8 choix : on n'en retient pas plus de 7."),
        ({"menu": menu()}, "Le menu « menu » n'a aucun choix."),
        ({"seul": {"kind": "say", "text": "Bonjour.", "next": "end"}}, "L'étape « seul » n'est jamais atteinte."),
        ({"end": {"kind": "end", "text": " "}}, "L'étape « end » n'a pas de texte à dire."),
        ({"menu": {"kind": "say", "text": "Bonjour.", "next": "end"}},
         "Depuis l'étape « menu », on ne peut pas joindre un agent."),
        ({"queue": {"kind": "end", "text": "Personne."}}, "La touche 0 mène à « queue », où personne ne répond."),
        ({"menu": menu(("1", "tourner", "rond")), "rond": {"kind": "say", "text": "Encore.", "next": "rond"}},
         "L'étape « rond » tourne en rond sans que l'usager puisse rien dire."),
        ({"menu": menu(("1", "tourner", "rond")),
          "rond": {"kind": "link", "text": "Un lien.", "next": "rond"}},
         "L'étape « rond » tourne en rond sans que l'usager puisse rien dire."),
        ({"menu": menu(("1", "recommencer", "menu"))}, "Depuis l'étape « menu », l'appel ne finit jamais."),
    ],
)  # fmt: skip
def test_validate__one_sentence_per_defect(nodes: dict[str, Any], expected: str) -> None:
    assert expected in problems(**nodes)


def test_validate__comma_in_a_wording() -> None:
    found = problems(menu=menu(("1", "finir, vite", "end")))
    assert len(found) == 1
    assert "ni virgule ni « tapez »" in found[0]


def test_validate__same_word_for_two_choices() -> None:
    node = menu(("1", "finir", "end"), ("2", "partir", "end"))
    node["choices"][0]["speech"] = ["Santé"]
    node["choices"][1]["speech"] = ["sante"]
    assert problems(menu=node) == ["Le menu « menu » comprend « sante » pour deux choix."]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], "Le script doit être un objet."),
        ({"start": "a", "human": "a"}, "« nodes » doit être un objet."),
        ({"human": "a", "nodes": {}}, "Le script n'a pas de « start »."),
        (small(menu={"kind": "danse"}), "L'étape « menu » est d'un genre inconnu : « danse »."),
        (small(menu={"kind": "say", "text": "Oui."}), "L'étape « menu » n'a pas de « next »."),
        (
            small(menu={"kind": "end", "text": "Oui.", "loud": "1"}),
            "L'étape « menu » a une propriété inconnue : « loud ».",
        ),
        (small(menu={"kind": "end", "text": 3}), "L'étape « menu » : « text » doit être un texte."),
    ],
)
def test_script_from_json__refused_in_french(data: object, expected: str) -> None:
    with pytest.raises(VoiceScriptError) as caught:
        script_from_json(data)
    assert str(caught.value) == expected
