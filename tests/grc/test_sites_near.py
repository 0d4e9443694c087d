"""Nearest reception points: the smallest area shared decides."""

import pytest

from grc.models import Commune, Site
from grc.selectors.sites import sites_by_codes, sites_near
from tests.factories import commune_make, organisation_make

pytestmark = pytest.mark.django_db


def place(code: str, name: str, *, epci: str = "", arrondissement: str = "") -> Commune:
    commune = commune_make(code, name)
    commune.epci_code, commune.arrondissement, commune.departement = epci, arrondissement, code[:2]
    commune.save()
    return commune


def test_sites_near__by_the_smallest_area_shared_then_by_name() -> None:
    organisation = organisation_make()
    arras = place("62041", "Arras", epci="1", arrondissement="621")
    beaurains = place("62099", "Beaurains", epci="1", arrondissement="621")
    bapaume = place("62080", "Bapaume", epci="2", arrondissement="621")
    lens = place("62498", "Lens", epci="3", arrondissement="627")
    lille = place("59350", "Lille", epci="4", arrondissement="595")
    for code, commune in (("e", lille), ("d", lens), ("c", bapaume), ("b", arras), ("a", None)):
        Site.objects.create(organisation=organisation, code=code, name=code, sort_name=code, commune=commune)
    found = sites_near(organisation_id=organisation.pk, commune=beaurains)
    assert [site.code for site in found] == ["b", "c", "d", "e", "a"]
    # A zone of the organisation counts before the EPCI.
    found = sites_near(organisation_id=organisation.pk, commune=beaurains, shared_zones={"62498": 1})
    assert [site.code for site in found] == ["d", "b", "c", "e", "a"]
    assert [site.code for site in sites_near(organisation_id=organisation.pk, commune=None)] == list("abcde")


def test_sites_near__those_of_another_organisation_or_closed_are_not_given() -> None:
    organisation, other = organisation_make(), organisation_make()
    Site.objects.create(organisation=other, code="x", name="x", sort_name="x")
    Site.objects.create(organisation=organisation, code="y", name="y", sort_name="y", closed_on="2026-01-01")
    assert sites_near(organisation_id=organisation.pk, commune=None) == []
    assert sites_by_codes(organisation_id=organisation.pk, codes=["x", "y"]) == []
