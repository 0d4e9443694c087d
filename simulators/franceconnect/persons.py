"""Pure. The test persons of the simulated FranceConnect.

All invented, except Angela DUBOIS (`test`), the public mock identity of FranceConnect's own integration
environment. Places are INSEE codes: communes of the Pas-de-Calais, countries of the code officiel
géographique (99100 France, 99122 Pologne, 99350 Maroc, 99352 Algérie).
"""

import hashlib
from dataclasses import dataclass

from simulators.oidc.profile import ClaimValue, Person

FRANCE = "99100"


@dataclass(frozen=True)
class Identity:
    """A civil identity; `usual_name` None is a claim the identity provider does not send."""

    login: str
    given_names: tuple[str, ...]
    family_name: str
    gender: str
    birthdate: str
    birthplace: str
    birthcountry: str
    email: str
    note: str
    usual_name: str | None = None
    declared_birthdate: str | None = None  # presumed births: what the register says, 00 where unknown


IDENTITIES = (
    Identity(
        "test", ("Angela", "Claire", "Louise"), "DUBOIS", "female", "1962-08-24", "75107", FRANCE,
        "angela.dubois@courriel.example", "identité publique de test, née à Paris", usual_name="",
    ),
    Identity(
        "nom-usage", ("Solène", "Marie"), "LECOUSTRE", "female", "1984-02-17", "62041", FRANCE,
        "solene.vanhove@courriel.example", "nom d’usage VANHOVE, née à Arras", usual_name="VANHOVE",
    ),
    Identity(
        "nom-compose", ("Jean-Baptiste", "Élie"), "D’HALLUIN-CRÉPIEUX", "male", "1990-11-05", "62193",
        FRANCE, "jb.dhalluin@courriel.example", "nom composé et accents, né à Calais",
    ),
    Identity(
        "couple-1", ("Odile", "Renée"), "FLAMENT", "female", "1951-06-30", "62160", FRANCE,
        "famille.brouttier@courriel.example", "épouse, même adresse électronique que son mari",
        usual_name="BROUTTIER",
    ),
    Identity(
        "couple-2", ("Bernard", "Auguste"), "BROUTTIER", "male", "1949-01-12", "62765", FRANCE,
        "famille.brouttier@courriel.example", "époux, même adresse électronique que sa femme",
    ),
    Identity(
        "nee-etranger", ("Halina",), "WASIAKOWSKA", "female", "1979-09-03", "", "99122",
        "halina.wasiakowska@courriel.example", "née en Pologne, sans commune de naissance",
    ),
    Identity(
        "presume-jour", ("Idriss",), "BENZAHRA", "male", "1968-03-01", "", "99350",
        "idriss.benzahra@courriel.example", "né au Maroc en mars 1968, jour inconnu",
        declared_birthdate="1968-03-00",
    ),
    Identity(
        "presume-mois", ("Fatna",), "OULD-MERZOUG", "female", "1947-01-01", "", "99352",
        "fatna.ouldmerzoug@courriel.example", "née en Algérie en 1947, jour et mois inconnus",
        declared_birthdate="1947-00-00",
    ),
    Identity(
        "jeune", ("Naël", "Octave"), "TIMMERMAN", "male", "2007-12-31", "62498", FRANCE,
        "nael.timmerman@courriel.example", "jeune adulte, né à Lens",
    ),
)  # fmt: skip


def subject(client_id: str, login: str) -> str:
    """The pairwise identifier: 64 hexadecimal digits then `v1`, different for each client."""
    return hashlib.sha256(f"{client_id}\n{login}".encode()).hexdigest() + "v1"


def persons_make(client_id: str) -> list[Person]:
    """The persons as this client knows them."""
    return [_person(client_id, identity) for identity in IDENTITIES]


def _person(client_id: str, identity: Identity) -> Person:
    claims: dict[str, ClaimValue] = {
        "given_name": " ".join(identity.given_names),
        "given_name_array": list(identity.given_names),
        "family_name": identity.family_name,
        "gender": identity.gender,
        "birthdate": identity.birthdate,
        "idp_birthdate": identity.declared_birthdate or identity.birthdate,
        "birthplace": identity.birthplace,
        "birthcountry": identity.birthcountry,
        "email": identity.email,
        "idp_id": "fournisseur-identite-simule",
    }
    if identity.usual_name is not None:
        claims["preferred_username"] = identity.usual_name
    return Person(
        login=identity.login,
        label=f"{identity.given_names[0]} {identity.family_name}",
        hint=identity.note,
        sub=subject(client_id, identity.login),
        claims=claims,
    )
