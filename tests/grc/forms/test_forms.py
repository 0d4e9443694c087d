"""Definitions, conditions and checking of forms."""

from __future__ import annotations

from typing import Any

import pytest

from grc.enums import Confidentiality
from grc.errors import Invalid
from grc.forms import (
    Known,
    PieceRefusedError,
    default_definition,
    definition_parse,
    form_check,
    piece_check,
    piece_name,
)

PLACES = {"62000": (Known("62041", "Arras"),), "62223": (Known("62065", "Aubigny"), Known("62753", "Blangy"))}


def places(code: str) -> tuple[Known, ...]:
    return PLACES.get(code, ())


def one(**field: Any) -> dict[str, Any]:
    return {"fields": [{"code": "q", "label": "Question", **field}]}


def checked(value: str, **field: Any) -> tuple[Any, str]:
    result = form_check(definition_parse(one(**field), version=1), {"q": value}, places)
    return result.answers.get("q"), result.errors.get("q", "")


def test_default__asks_no_identity_as_a_condition() -> None:
    definition = default_definition(Confidentiality.NORMAL)
    required = [field.code for field in definition.fields if field.required]
    assert required == ["description", "postal_code"]
    assert (definition.version, definition.pieces) == (0, 3)


def test_default__anonymous_asks_only_what_and_where() -> None:
    definition = default_definition(Confidentiality.ANONYMOUS)
    assert [field.code for field in definition.fields] == ["description", "postal_code"]
    assert definition.pieces == 0


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        ("text", "  deux   mots ", "deux mots"),
        ("long_text", "un\r\ndeux\x00\u202e", "un\ndeux"),
        ("date", "24/11/2026", "2026-11-24"),
        ("date", "2026-11-24", "2026-11-24"),
        ("number", "1 234,5", 1234.5),
        ("phone", "06.39.98.12.34", "+33639981234"),
        ("email", "Anne.L@Exemple.FR", "anne.l@exemple.fr"),
        ("postal_code", "62 000", "62000"),
        ("yes", "on", True),
        ("yes", "", False),
    ],
)
def test_form_check__reads(kind: str, value: str, answer: object) -> None:
    assert checked(value, kind=kind) == (answer, "")


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("date", "31/02/2026", "Cette date n’existe pas. Exemple : 24/11/2026."),
        ("date", "demain", "Cette date n’existe pas. Exemple : 24/11/2026."),
        ("number", "trois", "Écrivez un nombre, par exemple 3."),
        ("number", "nan", "Écrivez un nombre, par exemple 3."),
        ("email", "a@b", "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr."),
        (
            "email",
            "a@b.fr\nBcc: c@d.fr",
            "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr.",
        ),
        ("postal_code", "٦٢٠٠٠", "Un code postal a cinq chiffres, par exemple 62000."),
        ("text", "a" * 201, "200 caractères au plus."),
    ],
)
def test_form_check__refuses(kind: str, value: str, sentence: str) -> None:
    assert checked(value, kind=kind) == (None, sentence)


def test_form_check__a_choice_is_one_of_those_offered() -> None:
    choices = [{"code": "a", "label": "Une"}, {"code": "b", "label": "Deux"}]
    assert checked("b", kind="choice", choices=choices) == ("b", "")
    assert checked("c", kind="choice", choices=choices) == (None, "Choisissez une des réponses proposées.")


CONDITIONAL = {
    "fields": [
        {"code": "children", "label": "Enfants", "kind": "number"},
        {"code": "names", "label": "Prénoms", "required": True, "when": {"fact": "children", "greater": 0}},
    ]
}


@pytest.mark.parametrize(
    ("posted", "asked", "errors"),
    [
        ({}, ("children",), {}),
        ({"children": "0", "names": "caché"}, ("children",), {}),
        ({"children": "2"}, ("children", "names"), {"names": "Ce point est à remplir."}),
    ],
)
def test_form_check__a_question_is_asked_only_if_its_condition_holds(
    posted: dict[str, str], asked: tuple[str, ...], errors: dict[str, str]
) -> None:
    result = form_check(definition_parse(CONDITIONAL, version=1), posted, places)
    assert (result.asked, result.errors) == (asked, errors)
    assert "names" not in result.answers


def test_form_check__several_communes_are_offered_none_is_chosen() -> None:
    definition = default_definition(Confidentiality.NORMAL)
    posted = {"description": "x", "postal_code": "62223"}
    result = form_check(definition, posted, places)
    assert (result.commune, result.communes) == (None, PLACES["62223"])
    assert list(result.errors) == ["commune"]
    assert form_check(definition, posted | {"commune": "62753"}, places).commune == Known("62753", "Blangy")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"fields": []}, "form_fields"),
        ({"fields": [{"code": "Q", "label": "x"}]}, "form_code"),
        ({"fields": [{"code": "token", "label": "x"}]}, "form_code"),
        ({"fields": ["q"]}, "form_code"),
        (one(label=" "), "form_label"),
        (one(kind="colour"), "form_kind"),
        (one(kind="choice"), "form_choices"),
        (one() | {"pieces": 4}, "form_pieces"),
        ({"fields": [one()["fields"][0], one()["fields"][0]]}, "form_twice"),
    ],
)
def test_definition_parse__says_what_is_wrong(data: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        definition_parse(data, version=1)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
    ],
)
def test_piece_check__by_content(content: bytes, kind: str) -> None:
    assert piece_check(content, name="x", limit=100).content_type == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "piece_empty"),
        (b"%PDF-" + b"0" * 100, "piece_size"),
        (b"MZ\x90", "piece_type"),
        (b"<svg/>", "piece_type"),
        (b"PK\x03\x04broken", "piece_type"),
        (b" %PDF-1.4", "piece_type"),
    ],
)
def test_piece_check__refuses(content: bytes, code: str) -> None:
    with pytest.raises(PieceRefusedError) as caught:
        piece_check(content, name="x.pdf", limit=100)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\bail.pdf", "bail.pdf"),
        ("\x00\u202efdp.exe", "fdp.exe"),
        ('a"<b>.pdf', "ab.pdf"),
        (".htaccess", "htaccess"),
        ("", "document"),
    ],
)
def test_piece_name__cannot_harm(name: str, shown: str) -> None:
    assert piece_name(name) == shown
