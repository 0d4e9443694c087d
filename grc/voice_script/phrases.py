"""Pure. The sentences the voice adds by itself, and how digits, names and numbers are said or understood.

A script may replace any phrase by its name. `{...}` marks are filled by plain replacement, never compiled.
`{code}` is left as it is: a secret code is not stored, the renderer fills it when the document is made.
"""

import re
import unicodedata
from collections.abc import Mapping

from grc.phone_numbers import callback_refusal, normalise

DEFAULT_PHRASES: Mapping[str, str] = {
    "choice": "pour {wording}, tapez {key}.",
    "human_open": "pour parler à un agent, tapez 0.",
    "human_closed": "pour être rappelé par un agent, tapez 0.",
    "human_open_hash": "pour parler à un agent, tapez 0 puis dièse.",
    "human_closed_hash": "pour être rappelé par un agent, tapez 0 puis dièse.",
    "to_human_open": "Je vous mets en relation avec un agent.",
    "to_human_closed": "Un agent peut vous rappeler.",
    "silence": "Je n'ai rien entendu.",
    "wrong": "Je n'ai pas reconnu votre choix.",
    "postal_unknown": "Je ne trouve pas ce code postal.",
    "commune_found": "Votre commune est {name}.",
    "commune_choice": "Plusieurs communes ont ce code postal.",
    "commune_more": "pour les communes suivantes, tapez 8.",
    "postal_again": "pour donner un autre code postal, tapez 9.",
    "reference_wrong": "Cette référence ne semble pas exacte. Vérifiez les dix chiffres, s'il vous plaît.",
    "ask_code": "Tapez maintenant les six chiffres du code secret, puis dièse.",
    "code_wrong": "Le code secret a six chiffres.",
    "status_refused": "Cette référence et ce code ne vont pas ensemble.",
    "ticket_opened": "Votre demande est enregistrée.",
    "ticket_reference": "Votre référence est {grouped}. Je répète, chiffre par chiffre : {spelled}.",
    "ticket_code": "Pour suivre votre demande, votre code secret est {code}. Je répète : {code}.",
    "ticket_kept": "Si la communication est coupée, votre demande est gardée.",
    "discreet": "Nous ne vous demandons ni votre nom ni votre adresse.",
    "wait_full": "Notre file d'attente ne peut pas prendre votre appel.",
    "callback_shown": "Nous vous rappelons au numéro qui s'affiche.",
    "callback_confirm": "pour confirmer, tapez 1.",
    "callback_other": "pour être rappelé à un autre numéro, tapez 2.",
    "callback_refuse": "pour ne pas être rappelé, tapez 3.",
    "callback_ask_number": "Tapez les dix chiffres du numéro où vous rappeler, puis dièse.",
    "callback_bad_number": "Nous ne pouvons pas rappeler ce numéro.",
    "callback_noted": "C'est noté. Nous vous rappellerons.",
    "callback_discreet": "Nous ne dirons pas à une autre personne pourquoi nous appelons.",
    "callback_missed": "Nous n'avons pas de numéro où vous rappeler. Vous pouvez rappeler quand vous voulez.",
    "redirect": "Composez le {number}.",
    "voicemail_kept": "Votre message est enregistré.",
    "voicemail_empty": "Nous n'avons pas reçu de message.",
    "too_long": "Cet appel est très long. Rappelez-nous quand vous voulez. Au revoir.",
    "recording_notice": "Votre conversation peut être enregistrée, pour améliorer l'accueil.",
    "recording_refuse": "pour qu'elle ne soit pas enregistrée, tapez 9.",
    "recording_refused": "Votre conversation ne sera pas enregistrée.",
    "site": "{name}, {address}.",
    "sites_none": "Nous n'avons pas de lieu d'accueil à vous indiquer.",
    "site_text": "pour recevoir cette adresse par SMS, tapez {key}.",
    "site_next": "pour continuer, tapez {key}.",
    "site_texted": "L'adresse vous est envoyée par SMS.",
    "link_sent": "Le lien vous est envoyé par SMS.",
    "link_none": "Nous ne pouvons pas envoyer de SMS à ce numéro.",
    "wait_offer": "Vous pouvez rester en ligne, votre place est gardée.",
    "wait_choice_repeat": "pour réentendre votre référence, tapez étoile.",
}

_ENGLISH: Mapping[str, str] = {
    "choice": "for {wording}, press {key}.",
    "human_open": "to speak to somebody, press 0.",
    "human_closed": "to be called back, press 0.",
    "human_open_hash": "to speak to somebody, press 0 then hash.",
    "human_closed_hash": "to be called back, press 0 then hash.",
    "to_human_open": "I am putting you through to somebody.",
    "to_human_closed": "Somebody can call you back.",
    "silence": "I did not hear anything.",
    "wrong": "I did not understand your choice.",
    "postal_unknown": "I cannot find this postcode.",
    "commune_found": "Your town is {name}.",
    "commune_choice": "Several towns have this postcode.",
    "commune_more": "for the next towns, press 8.",
    "postal_again": "to give another postcode, press 9.",
    "reference_wrong": "This reference does not seem right. Please check its ten digits.",
    "ask_code": "Now key in the six digits of your secret code, then hash.",
    "code_wrong": "The secret code has six digits.",
    "status_refused": "This reference and this code do not match.",
    "ticket_opened": "Your request is recorded.",
    "ticket_reference": "Your reference is {grouped}. I repeat, digit by digit: {spelled}.",
    "ticket_code": "To follow your request, your secret code is {code}. I repeat: {code}.",
    "ticket_kept": "If we are cut off, your request is kept.",
    "discreet": "We do not ask for your name or your address.",
    "wait_full": "Our waiting line cannot take your call.",
    "callback_shown": "We will call you back on the number you are calling from.",
    "callback_confirm": "to confirm, press 1.",
    "callback_other": "to be called on another number, press 2.",
    "callback_refuse": "not to be called back, press 3.",
    "callback_ask_number": "Key in the ten digits of the number to call you on, then hash.",
    "callback_bad_number": "We cannot call this number.",
    "callback_noted": "Noted. We will call you back.",
    "callback_discreet": "We will not tell anybody else why we are calling.",
    "callback_missed": "We have no number to call you on. You can call again whenever you like.",
    "redirect": "Please dial {number}.",
    "voicemail_kept": "Your message is recorded.",
    "voicemail_empty": "We did not receive a message.",
    "too_long": "This call is very long. Call us again whenever you like. Goodbye.",
    "site": "{name}, {address}.",
    "sites_none": "We have no place to send you to.",
    "site_text": "to receive this address by text message, press {key}.",
    "site_next": "to continue, press {key}.",
    "site_texted": "The address is being sent to you by text message.",
    "link_sent": "The link is being sent to you by text message.",
    "link_none": "We cannot send a text message to this number.",
    "wait_offer": "You can hold the line, your place is kept.",
    "wait_choice_repeat": "to hear your reference again, press star.",
}
PHRASES: Mapping[str, Mapping[str, str]] = {"fr": DEFAULT_PHRASES, "en": _ENGLISH}
"""Language -> name -> sentence. A language without a sentence says it in French, unless the script gives one."""

HUMAN_WORDS = (
    "agent", "conseiller", "conseillere", "humain", "parler a quelqu'un", "vraie personne",
    "operator", "somebody", "a person", "human",
)  # fmt: skip
REPEAT_WORDS = ("repeter", "repetez", "repete", "reecouter", "repeat")
_SPOKEN_DIGITS = {
    "zero": "0", "un": "1", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7",
    "huit": "8", "neuf": "9",
}  # fmt: skip


def folded(text: str) -> str:
    """Lower case without accents, apostrophes and spaces made simple."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("\u0153", "oe"))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\s\-.,;:!?]+", " ", kept).strip()


def speech_has(speech: str, words: str) -> bool:
    """Whether the words are heard, whole, in the speech; accents and case do not count."""
    return bool(words.strip()) and f" {folded(words)} " in f" {folded(speech)} "


def spoken_digits(speech: str) -> str:
    """The digits in what was said: "c'est un 62 000" or "six deux zéro zéro zéro" give "62000".

    Number words count only where no figure is heard, and only among nothing else: "un agent" is no digit.
    """
    words = [word for word in folded(speech).split() if word not in {"le", "la", "numero", "touche"}]
    figures = [word for word in words if word.isascii() and word.isdigit()]
    if not figures and all(word in _SPOKEN_DIGITS for word in words):
        figures = [_SPOKEN_DIGITS[word] for word in words]
    return "".join(figures)


def reference_grouped(reference: str) -> str:
    """A ten-digit reference said by groups: "123, 456, 7890"; `grc.references.spoken` says it digit by digit."""
    return f"{reference[:3]}, {reference[3:6]}, {reference[6:]}"


def callback_number(keys: str) -> str | None:
    """E.164 of a French number keyed with ten digits, or None when it may not be called back.

    Numbers that cost money to call (08) are refused: a call-back must not be a way to be paid.
    """
    if not re.fullmatch(r"0[1-9][0-9]{8}", keys):
        return None
    # The rule of the whole service: a number that is agreed to when it is shown is agreed to when it is keyed.
    number = normalise(keys)
    return None if callback_refusal(number) else number


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replaces each `{name}` by its value, in one pass."""
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), text)
