"""Pure. The demonstration's agents as its ProConnect offers them."""

from __future__ import annotations

import json
import uuid

from config.demo.content_types import Content

# Any fixed value: it only makes each subject the same at every start.
_SUBJECTS = uuid.UUID("5f0c2f0e-7f6a-4f0b-9a52-62a1c0d3e862")


def proconnect_subject(username: str) -> str:
    """``sub`` under which the demonstration's ProConnect knows an agent: what a link to the account must hold."""
    return str(uuid.uuid5(_SUBJECTS, username))


def proconnect_agents(content: Content) -> list[dict[str, str]]:
    """The list that the simulator reads: sub, uid, given_name, usual_name, email, siret, label.

    Agents of an organisation without a SIRET are left out: ProConnect knows an agent through one.
    """
    sirets = {organisation.code: organisation.siret for organisation in content.organisations}
    return [
        {
            "sub": proconnect_subject(agent.username),
            "uid": agent.username,
            "given_name": agent.first_name,
            "usual_name": agent.last_name,
            "email": agent.email,
            "siret": sirets[agent.organisation],
            "label": f"{agent.username} ({agent.main_role})",
        }
        for agent in content.agents
        if sirets.get(agent.organisation)
    ]


def proconnect_agents_text(content: Content) -> str:
    return json.dumps(proconnect_agents(content), ensure_ascii=False, indent=1) + "\n"
