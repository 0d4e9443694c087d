"""Tables of the routing. Private to this folder: everybody else goes through services and selectors."""

from routing.models.decisions import Assignment, Decision, Rule
from routing.models.territories import TerritoryLayer, Zone, ZoneMember

__all__ = ["Assignment", "Decision", "Rule", "TerritoryLayer", "Zone", "ZoneMember"]
