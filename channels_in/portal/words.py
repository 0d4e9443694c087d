"""Pure. What a person is told of a request: its state and its history in plain words."""

from __future__ import annotations

from typing import Final

STATES: Final = {
    "new": (
        "Votre demande est arrivée.",
        "Une équipe va la lire. Vous n’avez rien à faire pour le moment.",
    ),
    "open": ("Une équipe s’occupe de votre demande.", "Vous n’avez rien à faire pour le moment."),
    "waiting_citizen": (
        "Nous attendons votre réponse.",
        "Lisez notre dernier message, puis répondez-nous ci-dessous ou par téléphone.",
    ),
    "waiting_partner": (
        "Nous attendons la réponse d’un autre organisme.",
        "Nous vous écrirons dès que nous l’aurons.",
    ),
    "scheduled": ("Une date est fixée pour votre demande.", "Nous la reprendrons à cette date."),
    "resolved": ("Votre demande a reçu une réponse.", "Si elle ne vous convient pas, dites-le-nous."),
    "closed": ("Votre demande est terminée.", "Si le problème continue, vous pouvez la rouvrir."),
    "merged": (
        "Votre demande est suivie avec une autre demande.",
        "Elle continue sous un autre numéro. Appelez-nous pour le connaître.",
    ),
}
OUTCOMES: Final = {
    "answered": "Une réponse vous a été donnée.",
    "right_opened": "Un droit vous est ouvert.",
    "oriented": "Nous vous avons orienté vers un autre organisme.",
    "withdrawn": "Vous avez retiré votre demande.",
    "duplicate": "Elle faisait double emploi avec une autre.",
    "unreachable": "Nous n’avons pas réussi à vous joindre.",
    "no_follow_up": "Elle n’a pas eu de suite.",
}
_STEPS: Final = {
    "ticket_opened": "Vous avez fait cette demande.",
    "ticket_routed": "Votre demande est confiée à une équipe.",
    "ticket_transferred": "Votre demande passe à une autre équipe.",
    "ticket_claimed": "Un agent a commencé à s’en occuper.",
    "ticket_paused": "Nous attendons quelque chose pour continuer.",
    "ticket_resumed": "Nous reprenons votre demande.",
    "ticket_closed": "Votre demande est terminée.",
    "ticket_reopened": "Votre demande est rouverte.",
}
_WAITS: Final = {
    "citizen_piece": "Nous attendons un document de votre part.",
    "citizen_answer": "Nous attendons votre réponse.",
    "partner_answer": "Nous attendons la réponse d’un autre organisme.",
    "appointment": "Un rendez-vous est fixé.",
}


def state_words(state: str) -> tuple[str, str]:
    """What is going on, and what the person has to do."""
    return STATES.get(state, STATES["open"])


def step_words(verb: str, detail: str) -> str:
    """One line of the history."""
    return _WAITS.get(detail) or _STEPS.get(verb, "Votre demande avance.")


def outcome_words(outcome: str) -> str:
    return OUTCOMES.get(outcome, "")
