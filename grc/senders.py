"""Pure. Who a text or an automatic call may come from: the kinds of senders, and what French law forbids.

Since 1 January 2023 the 06 and 07 numbers are kept for people: a machine may neither text nor call from them (Arcep,
decision 2022-1583). A service texts from a name (one way: nobody can answer it), a short code, or a number of the
ranges open to technical platforms.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class SenderKind(StrEnum):
    """What a sender is, by how it is written."""

    NAME = "name"
    SHORT_CODE = "short_code"
    PLATFORM = "platform"
    LANDLINE = "landline"
    PERSON = "person"
    FOREIGN = "foreign"

    @property
    def one_way(self) -> bool:
        """Nobody can answer it."""
        return self is SenderKind.NAME


LONGEST_NAME: Final = 11
# Letters, digits and spaces, one letter at least: what networks carry (GSM 03.40, alphanumeric address).
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]+")
_SHORT_CODE: Final = re.compile(r"[1-8]\d{4}")
# Overseas, the country code changes and the 06 stays.
_PERSON: Final = re.compile(r"\+(?:33|590|594|596|262)[67]\d{8}")
_PLATFORM: Final = re.compile(r"\+339\d{8}")
_LANDLINE: Final = re.compile(r"\+33[1-58]\d{8}|\+(?:590|594|596|262)\d{9}")
_FOREIGN: Final = re.compile(r"\+[1-9]\d{6,14}")


def sender_kind(sender: str) -> SenderKind | None:
    """The kind of a sender, None when no network would carry it."""
    for pattern, kind in (
        (_PERSON, SenderKind.PERSON),
        (_PLATFORM, SenderKind.PLATFORM),
        (_LANDLINE, SenderKind.LANDLINE),
        (_FOREIGN, SenderKind.FOREIGN),
        (_SHORT_CODE, SenderKind.SHORT_CODE),
    ):
        if pattern.fullmatch(sender):
            return kind
    if len(sender) <= LONGEST_NAME and _NAME.fullmatch(sender):
        return SenderKind.NAME
    return None


def sender_refusal(sender: str, *, calls: bool = False) -> str:
    """Why nothing may leave from this sender, as a French sentence; empty when it may. ``calls``: shown by calls too,
    which show a number and never a name."""
    kind = sender_kind(sender)
    if kind is SenderKind.PERSON:
        return (
            f"{sender} est un numéro en 06 ou 07 : depuis le 1er janvier 2023, un système automatisé n’a le droit ni "
            "d’envoyer de SMS ni d’appeler depuis ces numéros, réservés aux personnes (Arcep, décision 2022-1583). "
            "Prenez un nom d’expéditeur, un numéro court à 5 chiffres ou un numéro en 09."
        )
    if kind is None:
        return (
            f"« {sender} » n’est pas un expéditeur : attendu un nom de {LONGEST_NAME} caractères au plus (lettres sans "
            "accent, chiffres, espaces), un numéro court à 5 chiffres, ou un numéro en +33…"
        )
    if calls and kind in (SenderKind.NAME, SenderKind.SHORT_CODE):
        return f"« {sender} » ne peut pas être affiché par un appel : attendu un numéro en +33…"
    return ""


_INVITED: Final = re.compile(
    r"(?:vous pouvez )?(?:nous )?répond(?:ez|re)(?:[ -]nous)? (?:à|a) ce (?:sms|message|texto)"
    r"|répond(?:ez|re)(?:[ -]nous)? (?:par (?:sms|retour)|ici)|répond(?:ez|re) stop|stop (?:au|par)",
    re.IGNORECASE,
)
_OTHERWISE: Final = re.compile(r"^\s*,?\s*ou\s+", re.IGNORECASE)


def invites_reply(text: str) -> bool:
    """Whether a text asks to be answered the way it came."""
    return _INVITED.search(text) is not None


def without_invitation(text: str) -> str:
    """The text without asking for an answer: « Répondez à ce SMS ou appelez le 3939. » becomes « Appelez le 3939. »,
    and a sentence that asked for nothing else goes."""
    kept = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        found = _INVITED.search(sentence)
        if found is None:
            kept.append(sentence)
            continue
        rest = sentence[found.end() :]
        other = _OTHERWISE.match(rest)
        if other is not None:
            said = sentence[: found.start()] + rest[other.end() :]
            kept.append(said[:1].upper() + said[1:])
    return " ".join(kept).strip()
