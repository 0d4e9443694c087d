"""Pure. Telephone numbers: what is valid, what is mobile, and the numbers that misbehave on purpose.

The numbers below are in 06 39 98, one of the ranges Arcep keeps for works of fiction
(01 99 00, 02 61 91, 03 53 01, 04 65 71, 05 36 49, 06 39 98): nobody owns them.
"""

import re

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
SHORT_CODE = re.compile(r"[0-9]{3,6}")

SMS_INVALID = "+33639980001"
SMS_NOT_MOBILE = "+33639980002"
SMS_UNREACHABLE = "+33639980003"
SMS_NO_CALLBACK = "+33639980004"
SMS_ACCEPTED_THEN_500 = "+33639980005"
SMS_BLOCKED = "+33639980006"
SMS_OVERFLOW_ONCE = "+33639980007"
SMS_TOO_MANY = "+33639980008"
CALL_BUSY = "+33639980011"
CALL_FAILED = "+33639980012"

REFUSED_AT_ONCE = {SMS_INVALID: 21211, SMS_NOT_MOBILE: 21614, SMS_TOO_MANY: 20429}
FAILED_LATER = {
    SMS_UNREACHABLE: ("undelivered", 30003),
    SMS_BLOCKED: ("undelivered", 30004),
    SMS_OVERFLOW_ONCE: ("failed", 30001),
}
ERROR_MESSAGES = {
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
}
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "arret", "arrêt"})
START_WORDS = frozenset({"start", "yes", "unstop"})
HELP_WORDS = frozenset({"help", "info", "aide"})

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = set("^{}\\[~]|€\f")


def is_landline(number: str) -> bool:
    """French geographic numbers, 01 to 05, receive no SMS."""
    return re.fullmatch(r"\+33[1-5][0-9]{8}", number) is not None


def opt_out_type(body: str) -> str:
    """STOP, START, HELP or empty, for a text received."""
    word = body.strip().lower()
    for kind, words in (("STOP", STOP_WORDS), ("START", START_WORDS), ("HELP", HELP_WORDS)):
        if word in words:
            return kind
    return ""


def segments(body: str) -> int:
    """How many SMS a text takes: 160 / 153 characters in GSM-7, 70 / 67 otherwise."""
    if all(character in _GSM or character in _GSM_DOUBLE for character in body):
        length, one, part = len(body) + sum(c in _GSM_DOUBLE for c in body), 160, 153
    else:
        length, one, part = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // part)
