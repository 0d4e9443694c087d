"""Pure. Twilio's error codes of messages, in French (source: twilio.com/docs/api/errors)."""

from __future__ import annotations

from typing import Final

_SENTENCES: Final = {
    "21211": "Le numéro du destinataire n’est pas valable.",
    "21212": "Le numéro de l’expéditeur n’est pas valable.",
    "21408": "L’envoi vers ce pays n’est pas autorisé.",
    "21606": "Notre numéro ne peut pas envoyer de SMS.",
    "21610": "Cette personne a répondu STOP.",
    "21612": "Ce numéro ne peut pas être joint par SMS.",
    "21614": "Ce numéro n’est pas celui d’un mobile.",
    "21617": "Le message est trop long.",
    "30001": "Trop de messages attendaient chez l’opérateur.",
    "30002": "Notre compte est suspendu chez l’opérateur.",
    "30003": "Le téléphone était éteint ou hors de portée.",
    "30004": "Le message a été bloqué.",
    "30005": "Ce numéro n’existe pas ou plus.",
    "30006": "Ce numéro est un fixe, ou son opérateur n’est pas joignable.",
    "30007": "Le message a été écarté par un filtre.",
    "30008": "L’opérateur n’a pas dit pourquoi.",
    "30009": "Une partie du message s’est perdue.",
    "30010": "Le message coûtait plus que la limite.",
}


def error_sentence(code: str) -> str:
    """Why a message did not arrive; empty without a code."""
    if not code or code == "0":
        return ""
    return f"{_SENTENCES.get(code, 'L’opérateur a signalé une erreur.')} (erreur {code})"
