"""Every scenario of `scenarios`, as a real conversation over HTTP."""

from __future__ import annotations

import pytest

from tests.hotline.features import FOLDER, Scenario, scenarios_read
from tests.hotline.play import play
from tests.hotline.steps import PHRASEBOOK
from tests.hotline.world import World

SCENARIOS = scenarios_read(FOLDER, PHRASEBOOK)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, world: World) -> None:
    play(scenario, world)
