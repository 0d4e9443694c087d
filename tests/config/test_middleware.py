"""What no page may answer with a fault of ours."""

from __future__ import annotations

import pytest

from grc.enums import Role
from tests.agents_ui.browser import browser_of
from tests.factories import agent_make, organisation_make


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["equipe=a%00b", "zone=%00"])
def test_unfit_text__a_nul_is_a_bad_request(query: str) -> None:
    agent = agent_make(organisation_make("departement"), "karim", role=Role.SUPERVISOR)
    answer = browser_of(agent).get(f"/agents/file/?{query}")
    assert answer.status_code == 400
    assert "La demande n’a pas pu être lue" in answer.content.decode()
