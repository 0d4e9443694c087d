"""Where to go: the reception points of an organisation, nearest to a commune first.

Without coordinates of communes, near means sharing the smallest area: the commune, a zone of the organisation, the
EPCI, the arrondissement, the département.
"""

from __future__ import annotations

from collections.abc import Mapping

from grc.models import Commune, Site


def sites_near(
    *, organisation_id: int, commune: Commune | None, shared_zones: Mapping[str, int] | None = None
) -> list[Site]:
    """Open sites, nearest first, then by name. ``shared_zones``: INSEE code -> how many zones it shares with the
    commune, as the territories know them."""
    rows = Site.objects.filter(organisation_id=organisation_id, closed_on__isnull=True)
    found = list(rows.select_related("commune", "calendar").order_by("sort_name", "pk"))
    if commune is None:
        return found
    zones = shared_zones or {}
    # The sort keeps the order by name among equals.
    return sorted(found, key=lambda site: _distance(site.commune, commune, zones))


def _distance(site: Commune | None, commune: Commune, zones: Mapping[str, int]) -> tuple[int, int]:
    if site is None:
        return (6, 0)
    shared = -zones.get(site.code, 0)
    if site.code == commune.code:
        return (0, shared)
    if shared:
        return (1, shared)
    if site.epci_code and site.epci_code == commune.epci_code:
        return (2, 0)
    if site.arrondissement and site.arrondissement == commune.arrondissement:
        return (3, 0)
    return (4 if site.departement == commune.departement else 5, 0)


def sites_by_codes(*, organisation_id: int, codes: list[str]) -> list[Site]:
    """Sites in the order of their codes."""
    rows = Site.objects.filter(organisation_id=organisation_id, code__in=codes, closed_on__isnull=True)
    known = {site.code: site for site in rows.select_related("calendar")}
    return [known[code] for code in codes if code in known]
