"""What the content became: rows by the codes of the content, passed from one step of the seeding to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from config.demo.content_types import Content
from grc.types import Actor, system_actor

if TYPE_CHECKING:
    from grc.models import Agent, Calendar, Citizen, Line, Organisation, Site, Team, Topic

Say = Callable[[str], None]
INSTALLER: Final = system_actor("Données de démonstration")


@dataclass
class Stage:
    """``now`` is the instant of this run; ``demo_line`` the number of the line open at all hours."""

    content: Content
    now: datetime
    demo_line: str
    say: Say
    actor: Actor = INSTALLER
    organisations: dict[str, Organisation] = field(default_factory=dict)
    calendars: dict[tuple[str, str], Calendar] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    citizens: dict[str, Citizen] = field(default_factory=dict)

    @property
    def host(self) -> Organisation:
        return self.organisations[self.content.host.code]
