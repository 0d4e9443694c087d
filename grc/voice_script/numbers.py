"""Pure. Postal codes as people say them: figure by figure, or as a number (« soixante-deux mille cent »)."""

from typing import Final

from grc.voice_script.phrases import folded, spoken_digits

_SMALL: Final = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
_TENS: Final = {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "octante": 80, "huitante": 80, "nonante": 90,
}  # fmt: skip
_LINKS: Final = frozenset({"et", "cent", "cents", "mille"})


def spoken_postal_code(speech: str) -> str:
    """Five digits, or what figures were heard when they make no postal code.

    « quatre-vingt » is four times twenty, « soixante-dix » sixty and ten; words around the number do not count.
    """
    digits = spoken_digits(speech)
    if len(digits) == 5:
        return digits
    run = _longest_run(folded(speech).split())
    number = _number(run) if "mille" in run else None
    return f"{number:05d}" if number is not None and 1000 <= number < 100_000 else digits


def _is_part(word: str) -> bool:
    return word in _SMALL or word in _TENS or word in _LINKS or (word.isascii() and word.isdigit())


def _longest_run(words: list[str]) -> list[str]:
    best: list[str] = []
    run: list[str] = []
    for word in words:
        run = [*run, word] if _is_part(word) else []
        if len(run) > len(best):
            best = run
    return best


def _number(words: list[str]) -> int:
    thousands = group = 0
    for word in words:
        if word == "mille":
            thousands, group = thousands + 1000 * (group or 1), 0
        elif word in ("cent", "cents"):
            group = group * 100 or 100
        elif word in ("vingt", "vingts") and group % 100 == 4:
            group += 76
        elif word != "et":
            group += _TENS.get(word, _SMALL.get(word, int(word) if word.isdigit() else 0))
    return thousands + group
