"""Pure. The languages a call may be held in, and a sentence that knows its language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FRENCH: Final = "fr"


@dataclass(frozen=True, slots=True)
class Language:
    """`label`: its French name. `locale`: how providers of speech name it (BCP 47)."""

    label: str
    locale: str


LANGUAGES: Final[Mapping[str, Language]] = {
    FRENCH: Language("français", "fr-FR"),
    "en": Language("anglais", "en-GB"),
    "de": Language("allemand", "de-DE"),
    "es": Language("espagnol", "es-ES"),
    "it": Language("italien", "it-IT"),
    "nl": Language("néerlandais", "nl-NL"),
    "pl": Language("polonais", "pl-PL"),
    "pt": Language("portugais", "pt-PT"),
    "ro": Language("roumain", "ro-RO"),
    "tr": Language("turc", "tr-TR"),
}


def known_language(code: str) -> str:
    """The code itself, French when it is empty or not a language of ours."""
    return code if code in LANGUAGES else FRENCH


class Sentence(str):
    """A sentence in a language other than French; a plain `str` is French. Equal to its text."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = FRENCH) -> "Sentence":
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.language


def language_of(text: str) -> str:
    """The language in which a sentence is to be said."""
    return text.language if isinstance(text, Sentence) else FRENCH


def locale_of(text: str) -> str:
    """« fr-FR », « en-GB »: how the sentence is to be pronounced."""
    return LANGUAGES[known_language(language_of(text))].locale
