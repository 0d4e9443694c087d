"""Pure. What a text message asks by itself: to stop, to start again; and the postal code it may hold."""

from __future__ import annotations

import re
from typing import Final

from grc.phone_numbers import is_mobile
from grc.voice_script.phrases import folded

_STOP: Final = frozenset(
    {"stop", "arret", "arreter", "stopsms", "stop sms", "desabonner", "stopall", "unsubscribe"}
)
_START: Final = frozenset({"start", "reprise", "reprendre", "unstop"})
_POSTAL: Final = re.compile(r"(?<![\d+])(?:(\d{5})(?!\d)|(?<!\d )(\d{2} \d{3})(?! ?\d))")


def asks_stop(body: str, opt_out_type: str = "") -> bool:
    """Whether the whole message is STOP or ARRÊT; ``opt_out_type`` is what the network recognised, if it did."""
    return opt_out_type == "STOP" or _alone(body) in _STOP


def asks_start(body: str, opt_out_type: str = "") -> bool:
    """Whether the whole message asks to receive messages again."""
    return opt_out_type == "START" or _alone(body) in _START


def _alone(body: str) -> str:
    return folded(body[:40]).strip(" \"'«»()")


TROUBLE: Final = (
    "Votre message sera lu avec retard : nous avons une difficulté technique. Inutile de le renvoyer. "
    "Urgence : appelez le 112."
)


def trouble_text(body: str, sender: str, opt_out_type: str = "") -> str:
    """What is answered while messages cannot be kept; nothing to a machine, nor to whoever asks for silence."""
    if not is_mobile(sender) or asks_stop(body, opt_out_type) or asks_start(body, opt_out_type):
        return ""
    return TROUBLE


def postal_codes(body: str) -> list[str]:
    """Five-digit groups which may be postal codes, in order; digits inside longer numbers are not."""
    found = [(together or apart).replace(" ", "") for together, apart in _POSTAL.findall(body)]
    return list(dict.fromkeys(code for code in found if code[:2] != "00"))[:3]
