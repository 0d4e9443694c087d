"""Pure. The issuer's pages: French, plain HTML, readable without JavaScript nor images.

Their look is deliberately nobody's: no State mark, no brand.
"""

from collections.abc import Iterable
from html import escape

from simulators.oidc.profile import Person, Profile

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: #1b2430; background: #f4f2ee; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.notice { border-left: .35rem solid #7a5a00; padding: .5rem 1rem; background: #fff8e2; }
ul.people { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
button { font: inherit; cursor: pointer; min-height: 2.75rem; padding: .6rem 1rem; border-radius: .4rem;
  border: 2px solid #2b5d62; background: #fff; color: #163c40; text-align: left; }
.people button { width: 100%; }
button.primary { background: #2b5d62; color: #fff; }
button:hover { text-decoration: underline; }
button:focus-visible, a:focus-visible { outline: 3px solid #b3261e; outline-offset: 2px; }
button strong, button span { display: block; }
code { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { color: #e9e6df; background: #15191d; } .notice { background: #2d2611; border-color: #d9b64a; }
  button { background: #1f272c; color: #d7f0f2; border-color: #7fb9be; }
  button.primary { background: #7fb9be; color: #10262a; } button:focus-visible { outline-color: #ff9d94; }
}
"""

_NOTICE = "Service simulé : personnes et données inventées. Aucune identité réelle n’est vérifiée ici."

CLAIM_LABELS = {
    "given_name": "prénoms",
    "given_name_array": "liste des prénoms",
    "family_name": "nom de naissance",
    "preferred_username": "nom d’usage",
    "usual_name": "nom d’usage",
    "gender": "sexe",
    "birthdate": "date de naissance",
    "idp_birthdate": "date de naissance déclarée",
    "birthplace": "commune de naissance",
    "birthcountry": "pays de naissance",
    "email": "adresse électronique",
    "siret": "SIRET de l’organisation",
    "uid": "identifiant chez l’employeur",
    "phone_number": "téléphone",
}


def _page(profile: Profile, title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} – {escape(profile.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f'<body>\n<main>\n<p class="notice">{escape(_NOTICE)}</p>\n'
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _person_button(person: Person) -> str:
    return (
        f'<li><button type="submit" name="login" value="{escape(person.login)}">'
        f"<strong>{escape(person.label)}</strong> <span>{escape(person.hint)}</span></button></li>"
    )


def login_page(
    profile: Profile,
    *,
    action: str,
    people: Iterable[Person],
    claims: Iterable[str],
    signed_in: Person | None,
) -> str:
    """The choice of a test person; `claims` are the data the client will receive."""
    labels = [CLAIM_LABELS[name] for name in claims if name in CLAIM_LABELS]
    told = ", ".join(labels) if labels else "aucune donnée, seulement un identifiant technique"
    resume = ""
    if signed_in is not None:
        resume = (
            '<p><button class="primary" type="submit" name="login" '
            f'value="{escape(signed_in.login)}">Continuer en tant que {escape(signed_in.label)}</button></p>'
        )
    buttons = "\n".join(_person_button(person) for person in people)
    return _page(
        profile,
        f"Se connecter avec {profile.title}",
        f"<p>Données transmises au service : {escape(told)}.</p>\n"
        f'<form method="post" action="{escape(action)}">\n{resume}\n'
        f'<h2 id="people">{escape(profile.people_title)}</h2>\n'
        f'<ul class="people" aria-labelledby="people">\n{buttons}\n</ul>\n'
        "<h2>Ne pas se connecter</h2>\n"
        '<p><button type="submit" name="abandon" value="1">Abandonner et revenir au service</button></p>\n'
        "</form>",
    )


def error_page(profile: Profile, *, code: str, reason: str) -> str:
    """The page of a refusal that cannot go back to the client."""
    return _page(
        profile,
        "Une erreur est survenue",
        "<p>Une erreur technique est survenue, fermez l’onglet de votre navigateur et reconnectez-vous.</p>\n"
        f"<p>Code d’erreur : <code>{escape(code)}</code></p>\n<p>Détail : {escape(reason)}</p>",
    )


def logged_out_page(profile: Profile) -> str:
    return _page(profile, "Vous êtes déconnecté", "<p>Vous pouvez fermer cet onglet.</p>")


def expired_page(profile: Profile) -> str:
    return _page(
        profile,
        "Cette page a expiré",
        "<p>La demande de connexion est trop ancienne ou a déjà servi. "
        "Revenez au service et recommencez.</p>",
    )


def down_page(profile: Profile) -> str:
    return _page(profile, "Service indisponible", "<p>Réessayez dans quelques minutes.</p>")
