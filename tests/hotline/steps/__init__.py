"""The sentences, by who speaks or acts. Importing this folder makes them all known."""

from tests.hotline.language import PHRASEBOOK
from tests.hotline.steps import agents, callers, failures, figures, moves, outcomes, scene

__all__ = ["PHRASEBOOK", "agents", "callers", "failures", "figures", "moves", "outcomes", "scene"]
