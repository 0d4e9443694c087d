"""The words that vary in a sentence: people, numbers, keys, moments. Each is read once, here, into a plain value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

SAME_PERSON: Final = "elle"
HIDDEN: Final = "anonymous"
NAME: Final = r"[A-ZÉ][a-zéèêëïîôûç]+"
PERSON: Final = rf"elle|il|{NAME}"
OF_PERSON: Final = rf"(?:d'|de ){NAME}"
MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
NUMBERS: Final = {
    "aucun": 0, "aucune": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "quinze": 15, "vingt": 20,
}  # fmt: skip
KEYS: Final = {"étoile": "*", "dièse": "#"}


@dataclass(frozen=True)
class Word:
    """``pattern`` has no capturing group: what matches is given whole to ``read``."""

    name: str
    pattern: str
    read: Callable[[str], Any]


def plain(text: str) -> str:
    """Typography made simple, so that a space or an apostrophe never makes a scenario fail."""
    simple = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    return re.sub(r"\s+", " ", simple).strip()


def _person(text: str) -> str:
    return SAME_PERSON if text in {"elle", "il"} else text


def _owner(text: str) -> str:
    """« l'appel d'Awa » is Awa's; « son appel » is of the person of the sentence before."""
    found = re.search(rf"(?:d'|de )({NAME})$", text)
    return found.group(1) if found else SAME_PERSON


def _number(text: str) -> str:
    """E.164 of a number as people write it."""
    if text == "un numéro masqué":
        return HIDDEN
    digits = text.replace(" ", "")
    return "+" + digits[2:] if digits.startswith("00") else "+33" + digits[1:]


def _keys(text: str) -> tuple[str, ...]:
    """One item per entry: a key of a menu, or all the digits of a code."""
    entries = re.split(r",? puis ", text)
    return tuple("".join(KEYS.get(part, part) for part in entry.split()) for entry in entries)


def _quoted(text: str) -> str:
    return text.removeprefix("«").removesuffix("»").strip()


def _count(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS[text]


def _duration(text: str) -> timedelta:
    seconds = 0
    for amount, unit in re.findall(
        r"(\d+|une?|deux|trois|quatre|cinq|six|dix|douze) (seconde|minute|heure|jour)", text
    ):
        each = {"seconde": 1, "minute": 60, "heure": 3600, "jour": 86400}[unit]
        seconds += _count(amount) * each
    return timedelta(seconds=seconds)


def _hour(text: str) -> time:
    hours, _, minutes = text.partition(" h")
    return time(int(hours), int(minutes or 0))


def _day(text: str) -> date:
    day, month, year = text.split()[-3:]
    return date(int(year), MONTHS.index(month) + 1, int(day.removesuffix("er")))


_AMOUNT = r"(?:\d+|une?|deux|trois|quatre|cinq|six|dix|douze) (?:seconde|minute|heure|jour)s?"
_ENTRY = r"(?:[0-9]+(?: dièse)?|étoile|dièse)"
WORDS: Final = (
    Word("qui", PERSON, _person),
    Word("appel", rf"l'appel {OF_PERSON}|son appel|l'appel", _owner),
    Word("telephone", rf"le téléphone {OF_PERSON}|son téléphone", _owner),
    Word("demande", rf"la demande {OF_PERSON}|sa demande", _owner),
    Word("numero", r"0[1-9](?: [0-9]{2}){4}|00[0-9]{2}(?: [0-9]+)+|un numéro masqué", _number),
    Word("touches", rf"{_ENTRY}(?:,? puis {_ENTRY})*", _keys),
    Word("citation", r"«[^»]*»", _quoted),
    Word("nombre", r"[0-9]+|" + "|".join(sorted(NUMBERS, key=len, reverse=True)), _count),
    Word("duree", rf"{_AMOUNT}(?: (?:et )?{_AMOUNT})*", _duration),
    Word("heure", r"[0-9]{1,2} h(?: [0-9]{2})?", _hour),
    Word(
        "date",
        r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) [0-9]{1,2}(?:er)? "
        rf"(?:{'|'.join(MONTHS)}) [0-9]{{4}}",
        _day,
    ),
    Word("lieu", r"[A-ZÉ][A-Za-zÀ-ÿ'-]+", str),
)
