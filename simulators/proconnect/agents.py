"""Pure. Reads the list of test agents a ProConnect issuer offers."""

import json

from simulators.oidc.profile import ClaimValue, Person
from simulators.proconnect.profile import PROCONNECT

REQUIRED = ("sub", "given_name", "usual_name", "email", "siret", "uid")


class AgentsError(ValueError):
    """The file of agents is not what was expected."""


def agents_read(text: str) -> list[Person]:
    """Read a JSON list of objects with sub, given_name, usual_name, email, siret, uid.

    Each may add `amr` (a list, ["pwd"] by default), `label` (shown beside the name) and any other claim
    ProConnect knows. Raises AgentsError.
    """
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise AgentsError("the file of agents is not JSON") from error
    if not isinstance(rows, list) or not rows:
        raise AgentsError("the file of agents must hold a list with one agent at least")
    people = [_agent(number, row) for number, row in enumerate(rows, start=1)]
    if len({person.sub for person in people}) != len(people):
        raise AgentsError("two agents have the same sub")
    return people


def _agent(number: int, row: object) -> Person:
    if not isinstance(row, dict):
        raise AgentsError(f"agent {number} must be an object")
    for name in REQUIRED:
        if not isinstance(row.get(name), str) or not row[name]:
            raise AgentsError(f"agent {number}: {name} is missing or is not text")
    siret = row["siret"]
    if not siret.isdigit() or len(siret) != 14:
        raise AgentsError(f"agent {number}: siret must have 14 digits")
    amr = row.get("amr", ["pwd"])
    if not isinstance(amr, list) or not all(isinstance(item, str) for item in amr):
        raise AgentsError(f"agent {number}: amr must be a list of texts")
    claims: dict[str, ClaimValue] = {
        name: row[name] for name in PROCONNECT.claim_names if name in row and name != "sub"
    }
    return Person(
        login=row["sub"],
        label=f"{row['given_name']} {row['usual_name']}",
        hint=str(row.get("label", row["email"])),
        sub=row["sub"],
        claims=claims,
        amr=tuple(amr),
    )
