"""Pure. Every ground on which the network refuses what it was sent, in one table.

`code` is Twilio's error number where it is known for certain, else None: the rule is then this
simulator's own reading of Twilio's documents. `fatal` rules end the call (voice) or drop the message;
with `--lenient` the rules Twilio itself only warns about (`warning`) are noted and the call goes on.
The summaries are French because the page shows them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    key: str
    code: int | None
    summary: str
    warning: bool = False


_TABLE = (
    Rule("http_connection", 11205, "L’adresse n’a pas répondu à temps, ou la connexion a échoué."),
    Rule("slow_answer", 11205, "L’adresse a mis plus de 15 secondes à répondre."),
    Rule("http_status", 11200, "L’adresse a répondu par un statut qui n’est pas un succès."),
    Rule("content_type", 12300, "Type de contenu inconnu : il faut text/xml ou application/xml."),
    Rule("too_large", 11750, "Document de plus de 64 ko."),
    Rule("not_xml", 12100, "Le document n’est pas du XML bien formé."),
    Rule("root", 12100, "La racine du document n’est pas <Response>."),
    Rule("doctype", 12100, "Une déclaration de type de document n’est pas admise."),
    Rule("unknown_verb", 12200, "Verbe inconnu.", warning=True),
    Rule("unknown_attribute", 12200, "Attribut inconnu.", warning=True),
    Rule("bad_attribute", 12200, "Valeur d’attribut refusée.", warning=True),
    Rule("nesting", 12200, "Élément mal placé.", warning=True),
    Rule("stray_text", 12200, "Texte là où aucun texte n’est admis.", warning=True),
    Rule("empty_verb", 12200, "Contenu obligatoire absent.", warning=True),
    Rule("name_too_long", 12200, "Nom de file ou de conférence absent ou de plus de 64 caractères."),
    Rule("unreachable", None, "Verbe jamais atteint : celui d’avant ne rend pas la main.", warning=True),
    Rule("not_in_wait", None, "Verbe interdit dans un document d’attente."),
    Rule("not_in_whisper", None, "Verbe interdit dans un document lu avant la mise en relation."),
    Rule("redirect_loop", None, "Vingt renvois de suite sans rien attendre de l’appelant."),
    Rule("relative_url", None, "Adresse relative dans un appel créé avec Twiml : elle doit être absolue."),
    Rule("extra_digits", None, "Plus de touches que numDigits : les suivantes sont perdues.", warning=True),
    Rule("no_sms_url", None, "SMS reçu sur une ligne sans adresse pour les SMS."),
    Rule("rest_parameter", None, "Paramètre REST inconnu de l’API publiée.", warning=True),
    Rule("queue_url", None, "Mise en relation impossible : file introuvable."),
)

RULES: dict[str, Rule] = {rule.key: rule for rule in _TABLE}

# Twilio's messages for the REST error numbers the simulator gives.
REST_ERRORS: dict[int, tuple[int, str]] = {
    20001: (400, "Bad request"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url parameter is required"),
    21210: (400, "'From' phone number not verified"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Phone Number"),
    21213: (400, "'From' phone number is required"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number is not a valid, message-capable number for your account."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}


@dataclass(frozen=True)
class Problem:
    """One broken rule in one document. `line` counts from 1, 0 when it has no place."""

    rule: Rule
    detail: str
    line: int = 0

    def __str__(self) -> str:
        place = f" (ligne {self.line})" if self.line else ""
        return f"{self.rule.summary} {self.detail}{place}".strip()


def problem(key: str, detail: str = "", line: int = 0) -> Problem:
    return Problem(RULES[key], detail, line)


def refused(problems: tuple[Problem, ...], *, lenient: bool) -> bool:
    """Whether a document with these problems is refused as a whole."""
    return any(not (lenient and found.rule.warning) for found in problems)
