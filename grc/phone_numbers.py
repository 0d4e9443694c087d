"""Pure. Telephone numbers: one written form inside (E.164), the French one for people, and who may be called back.

French numbers are checked against the shape of the national plan rather than the ranges now in use: the
ranges kept for fiction (06 39 98, 01 99 00...) and newly opened ones must pass. A number dialled in the
national form of an overseas département is given its own country code (0692 -> +262 692).
"""

import re
from collections.abc import Iterable
from typing import Final

import phonenumbers

from grc.errors import Invalid

# Words carriers send instead of a withheld number, as text or spelt on a telephone keypad
# (ANONYMOUS is +266696687).
_HIDDEN_WORDS: Final = (
    "anonymous",
    "restricted",
    "blocked",
    "unknown",
    "unavailable",
    "private",
    "withheld",
    "hidden",
    "masque",
)
_KEYS: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_HIDDEN: Final = frozenset(_HIDDEN_WORDS) | {word.translate(_KEYS) for word in _HIDDEN_WORDS}

# National prefixes of overseas départements and their country codes (French numbering plan, Arcep).
_OVERSEAS: Final = {
    "262": "262",
    "263": "262",
    "269": "262",
    "639": "262",
    "692": "262",
    "693": "262",
    "590": "590",
    "690": "590",
    "691": "590",
    "594": "594",
    "694": "594",
    "596": "596",
    "696": "596",
    "697": "596",
}
_FICTION: Final = "63998"  # 06 39 98: kept for films and tests, though 0639 is Mayotte's

# What we agree to pay for: metropolitan lines (01 to 07, 09), overseas départements, Saint-Pierre-et-Miquelon.
_CALLABLE: Final = re.compile(r"\+33[1-79]\d{8}|\+(?:262|590|594|596)\d{9}|\+508\d{6}")
_SHORT: Final = re.compile(r"\+?(?:1\d{1,3}|3\d{3}|11[68]\d{3}|[3-8]\d{4})")
_MOBILE: Final = re.compile(
    r"\+33[67]\d{8}|\+262(?:639|69[23])\d{6}|\+590(?:69[01])\d{6}|\+594694\d{6}|\+59669[67]\d{6}"
)


def is_hidden(raw: str | None) -> bool:
    """Whether what a carrier gave as the caller is no number at all: empty, withheld, unknown."""
    text = (raw or "").strip().lower().removeprefix("sip:").partition("@")[0].lstrip("+")
    return text in _HIDDEN or not text


def is_short(text: str) -> bool:
    """Whether this is a French short number (15, 112, 3939, 116 117...), which has no E.164 form."""
    return bool(_SHORT.fullmatch(re.sub(r"[\s.\-]", "", text)))


def _overseas(national: str) -> str:
    country = None if national.startswith(_FICTION) else _OVERSEAS.get(national[:3])
    return f"+{country}{national}" if country else f"+33{national}"


def normalise(raw: str) -> str:
    """The E.164 form (« +33321216216 ») of a number as people or carriers write it, France by default.

    Raises Invalid, in French, for a hidden, short, incomplete or impossible number.
    """
    if is_hidden(raw):
        raise Invalid("Ce numéro est masqué.", code="phone_hidden")
    if is_short(raw):
        raise Invalid("Un numéro court ne peut pas être enregistré ici.", code="phone_short")
    wrong = Invalid(
        "Ce numéro de téléphone n’est pas valable. Exemple : 03 21 21 62 16.", code="phone_invalid"
    )
    # The library reads letters as keys of a telephone: an SMS sender's name would become a number.
    if re.search(r"[^\W\d_]", raw):
        raise wrong
    try:
        number = phonenumbers.parse(re.sub(r"\s+", " ", raw), "FR")
    except phonenumbers.NumberParseException:
        raise wrong from None
    national = str(number.national_number)
    if number.country_code == 33:
        if not re.fullmatch(r"[1-9]\d{8}", national):
            raise wrong
        return _overseas(national)
    if not phonenumbers.is_valid_number(number):
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def display(number: str | None) -> str:
    """How a person reads an E.164 number: « 03 21 21 62 16 », « +32 2 555 12 12 », « numéro masqué »."""
    if not number:
        return "numéro masqué"
    match = re.fullmatch(r"\+(?:33|262|590|594|596)(\d{9})", number)
    if match:
        digits = "0" + match[1]
        return " ".join(digits[place : place + 2] for place in range(0, 10, 2))
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def is_mobile(number: str) -> bool:
    """Whether an E.164 number can receive an SMS: French mobiles by prefix, others by their country's plan."""
    if number.startswith("+33"):
        return bool(_MOBILE.fullmatch(number))
    if _MOBILE.fullmatch(number):
        return True
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def callback_refusal(number: str, *, also: Iterable[str] = ()) -> str | None:
    """Why we do not call this number back, in French; None when we do.

    `number`: E.164, or a short number as typed. `also`: more prefixes the organisation accepts (« +32 » near
    the border). Premium numbers stay refused whatever is accepted.
    """
    if is_short(number):
        return "Nous ne rappelons pas les numéros courts."
    if number.startswith("+338"):
        return "Nous ne rappelons pas les numéros spéciaux commençant par 08."
    if _CALLABLE.fullmatch(number):
        return None
    if re.fullmatch(r"\+\d{8,15}", number) and not number.startswith("+33"):
        if any(number.startswith(prefix) for prefix in also if len(prefix) > 1):
            return _premium_abroad(number)
        return "Nous ne rappelons pas à l’étranger."
    return "Ce numéro ne peut pas être rappelé."


def _premium_abroad(number: str) -> str | None:
    kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    if kind in (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST):
        return "Nous ne rappelons pas les numéros surtaxés."
    return None
