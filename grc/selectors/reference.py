"""How much of the geographic code is held."""

from __future__ import annotations

from grc.models import Commune, CommunePostalCode


def communes_held() -> int:
    return Commune.objects.count()


def postal_codes_of_departement(departement: str) -> dict[str, str]:
    """INSEE code -> its first postal code, for the communes of a département."""
    rows = CommunePostalCode.objects.filter(commune__departement=departement).order_by("-postal_code")
    return dict(rows.values_list("commune_id", "postal_code"))
