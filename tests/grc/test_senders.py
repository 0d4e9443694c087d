"""Who a text or an automatic call may come from."""

from __future__ import annotations

import pytest

from grc.senders import (
    SenderKind,
    invites_reply,
    sender_kind,
    sender_refusal,
    without_invitation,
)


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("DEPT 62", SenderKind.NAME),
        ("Departement", SenderKind.NAME),
        ("38600", SenderKind.SHORT_CODE),
        ("+33937000000", SenderKind.PLATFORM),
        ("+33321216216", SenderKind.LANDLINE),
        ("+33801020304", SenderKind.LANDLINE),
        ("+33612345678", SenderKind.PERSON),
        ("+33712345678", SenderKind.PERSON),
        ("+590690123456", SenderKind.PERSON),
        ("+262692123456", SenderKind.PERSON),
        ("+15005550006", SenderKind.FOREIGN),
        ("Departement 62", None),
        ("Département", None),
        ("12", None),
        ("3939", None),
        ("0321216216", None),
        ("", None),
    ],
)
def test_sender_kind__by_how_it_is_written(sender: str, kind: SenderKind | None) -> None:
    assert sender_kind(sender) == kind


@pytest.mark.parametrize("number", ["+33612345678", "+33712345678", "+596696123456"])
def test_refusal__mobile_numbers_are_for_people(number: str) -> None:
    said = sender_refusal(number)
    assert "Arcep, décision 2022-1583" in said
    assert "un nom d’expéditeur, un numéro court à 5 chiffres ou un numéro en 09" in said
    assert sender_refusal(number, calls=True) == said


def test_refusal__says_what_is_expected() -> None:
    assert sender_refusal("Département").startswith(
        "« Département » n’est pas un expéditeur : attendu un nom de 11"
    )
    assert sender_refusal("DEPT62", calls=True) == (
        "« DEPT62 » ne peut pas être affiché par un appel : attendu un numéro en +33…"
    )


@pytest.mark.parametrize("sender", ["DEPT62", "38600", "+33937000000", "+33321216216", "+15005550006"])
def test_refusal__none_for_what_the_law_allows(sender: str) -> None:
    assert sender_refusal(sender) == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Votre demande est terminée. Un souci? Répondez à ce SMS ou appelez le 03 21 216 216.",
            "Votre demande est terminée. Un souci? Appelez le 03 21 216 216.",
        ),
        ("Il manque une pièce. Répondez à ce SMS.", "Il manque une pièce."),
        ("Vous pouvez répondre à ce message, ou nous appeler au 3939.", "Nous appeler au 3939."),
        ("Si ce n'est pas possible, répondez à ce SMS. Ref 12", "Ref 12"),
        ("Votre demande est terminée.", "Votre demande est terminée."),
    ],
)
def test_without_invitation__keeps_the_other_way(text: str, left: str) -> None:
    assert without_invitation(text) == left
    assert not invites_reply(left)


@pytest.mark.parametrize("text", ["Répondez STOP", "Merci de répondre par SMS", "Vous pouvez répondre ici."])
def test_invites_reply__knows_its_wordings(text: str) -> None:
    assert invites_reply(text)


def test_invites_reply__an_answer_of_ours_is_no_invitation() -> None:
    assert not invites_reply("Nous répondrons à ce courrier. Un agent vous répond.")
