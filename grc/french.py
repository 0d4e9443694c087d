"""Pure. How dates, durations, phone numbers and punctuation are written for a French reader.

Spaces are no-break where a line must not be cut. The no-break space is outside the GSM-7 alphabet, so
whoever writes an SMS passes ``space=" "``.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

NO_BREAK = "\u00a0"
THIN_NO_BREAK = "\u202f"
PARIS = ZoneInfo("Europe/Paris")

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_HOURS_SHOWN_BELOW_DAYS = 3
_AGE_BECOMES_DATE_AFTER_DAYS = 30
# Country codes whose nine digits are dialled from France with a leading zero (numbering plan of Arcep).
_PREFIXES_OF_FRANCE = ("33", "262", "590", "594", "596")

_SPACES = "[ \u00a0\u202f]"
_BEFORE_HIGH_MARK = re.compile(_SPACES + r"+([;!?])")
_BEFORE_COLON = re.compile(_SPACES + r"+:(?=\s|»|$)")
_AFTER_OPENING = re.compile("«" + _SPACES + "*")
_BEFORE_CLOSING = re.compile(_SPACES + "*»")
_BEFORE_UNIT = re.compile(rf"(?<=\d){_SPACES}+(?=(?:€|%|h|min|s|km|m|kg|°C)(?!\w))")
_AFTER_HOUR = re.compile(rf"(?<=\d{NO_BREAK}h){_SPACES}+(?=\d)")


def french_time(value: datetime, *, zone: ZoneInfo = PARIS, space: str = NO_BREAK) -> str:
    """The hour as it is written: "14 h 05", "8 h". Aware values are first moved to ``zone``."""
    local = value.astimezone(zone) if value.tzinfo else value
    hour = f"{local.hour}{space}h"
    return f"{hour}{space}{local.minute:02d}" if local.minute else hour


def french_date(
    value: date | datetime, *, weekday: bool = True, zone: ZoneInfo = PARIS, space: str = NO_BREAK
) -> str:
    """ "mardi 24 novembre 2026", followed by " à 14 h 05" for a datetime. Moved to ``zone`` if aware."""
    at = ""
    if isinstance(value, datetime):
        at = f" à {french_time(value, zone=zone, space=space)}"
        value = value.astimezone(zone) if value.tzinfo else value
    day = "1er" if value.day == 1 else str(value.day)
    written = f"{day}{space}{_MONTHS[value.month - 1]} {value.year}"
    return f"{_DAYS[value.weekday()]} {written}{at}" if weekday else f"{written}{at}"


def french_duration(value: timedelta | float, *, space: str = NO_BREAK) -> str:
    """A duration in words, rounded down: "45 s", "12 min", "2 h 30", "1 jour 4 h", "3 jours".

    ``value`` is a timedelta or a number of seconds; its sign is left to the sentence around it.
    """
    seconds = int(abs(value.total_seconds() if isinstance(value, timedelta) else value))
    if seconds < _MINUTE:
        return f"{seconds}{space}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}{space}min"
    days, rest = divmod(seconds, _DAY)
    hours, minutes = divmod(rest // _MINUTE, 60)
    if days == 0:
        return f"{hours}{space}h{space}{minutes:02d}" if minutes else f"{hours}{space}h"
    written = f"{days}{space}{'jour' if days == 1 else 'jours'}"
    if days < _HOURS_SHOWN_BELOW_DAYS and hours:
        return f"{written} {hours}{space}h"
    return written


def age(value: datetime, *, now: datetime, zone: ZoneInfo = PARIS, space: str = NO_BREAK) -> str:
    """How long ago ``value`` was: "à l'instant", "il y a 3 min", beyond thirty days "le 3 mars 2026"."""
    elapsed = now - value
    if elapsed < timedelta(minutes=1):
        return "à l’instant"
    if elapsed.days > _AGE_BECOMES_DATE_AFTER_DAYS:
        local = value.astimezone(zone) if value.tzinfo else value
        return f"le {french_date(local.date(), weekday=False, space=space)}"
    return f"il y a {french_duration(elapsed, space=space)}"


def since(value: datetime, *, now: datetime, space: str = NO_BREAK) -> str:
    """For how long: "depuis un instant", "depuis 3 min"."""
    elapsed = now - value
    if elapsed < timedelta(minutes=1):
        return "depuis un instant"
    return f"depuis {french_duration(elapsed, space=space)}"


def time_left(due: datetime, *, now: datetime, space: str = NO_BREAK) -> str:
    """What a clock has left, in words: "il reste 2 h 30", "en retard de 3 jours"."""
    left = due - now
    if left >= timedelta(0):
        return f"il reste {french_duration(left, space=space)}"
    return f"en retard de {french_duration(left, space=space)}"


def _national_digits(text: str) -> str:
    """Digits as dialled from France, or an empty string for a number of another country."""
    digits = re.sub(r"\D", "", text)
    international = text.startswith("+") or digits.startswith("00")
    if not international:
        return digits
    digits = digits.removeprefix("00") if not text.startswith("+") else digits
    for prefix in _PREFIXES_OF_FRANCE:
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) == 9:
            return "0" + rest
    return ""


def phone(value: str, *, space: str = NO_BREAK) -> str:
    """A number as one reads it aloud: "03 21 21 62 16", "39 39", "116 117".

    Takes E.164 or national writing. A number of another country, or a text which is not a number
    (hidden caller, SMS sender name), comes back as it was given.
    """
    text = value.strip()
    if not re.fullmatch(r"\+?[\d\s.\-()/]+", text):
        return text
    digits = _national_digits(text)
    if len(digits) in (4, 10):
        return space.join(digits[i : i + 2] for i in range(0, len(digits), 2))
    if len(digits) == 6:
        return f"{digits[:3]}{space}{digits[3:]}"
    return digits if len(digits) in (2, 3) else text


def phone_link(value: str) -> str:
    """The address behind a number shown on a page: "tel:+33321216216", "tel:3939"."""
    text = value.strip()
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        return f"tel:+{digits}"
    if len(digits) == 10 and digits.startswith("0"):
        return f"tel:+33{digits[1:]}"
    return f"tel:{digits}"


def typographic(text: str) -> str:
    """Make the spaces French punctuation asks for unbreakable: thin before ; ! ?, full before : and in « ».

    A space is never added before ; : ! ? (it could be an address or an hour), only replaced.
    """
    text = _BEFORE_HIGH_MARK.sub(THIN_NO_BREAK + r"\1", text)
    text = _BEFORE_COLON.sub(NO_BREAK + ":", text)
    text = _AFTER_OPENING.sub("«" + NO_BREAK, text)
    text = _BEFORE_CLOSING.sub(NO_BREAK + "»", text)
    text = _BEFORE_UNIT.sub(NO_BREAK, text)
    return _AFTER_HOUR.sub(NO_BREAK, text)
