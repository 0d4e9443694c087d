"""Trying rules on what really arrived, without changing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.enums import Priority
from grc.errors import Invalid
from grc.models import Organisation, Team, Ticket
from grc.policies import Verb, can_in_organisation
from grc.types import Actor
from routing import engine
from routing.selectors.setup import team_ref
from routing.services.decisions import RELATED, decide_for

EXAMPLES = 5


@dataclass
class Simulation:
    """``moves``: (team now, team then) -> requests, codes; ``by_rule``: name -> requests it would decide."""

    tickets: int = 0
    changed: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "tickets": self.tickets,
            "changed": self.changed,
            "moves": [
                {"from": before, "to": after, "count": count, "examples": self.examples[before, after]}
                for (before, after), count in sorted(self.moves.items(), key=lambda move: (-move[1], move[0]))
            ],
            "by_rule": [{"rule": name, "count": count} for name, count in self.by_rule.most_common()],
        }


def rules_read(*, organisation: Organisation, data: Any) -> tuple[engine.Rule, ...]:
    """Rules of a file: a list of ``{sentence, conditions, team, priority?}``. Raises Invalid, one entry per rule."""
    if not isinstance(data, list):
        raise Invalid("Une liste de règles est attendue.", fields={"rules": ["Une liste est attendue."]})
    teams = {team.code: team_ref(team) for team in Team.objects.filter(organisation=organisation)}
    rules: list[engine.Rule] = []
    errors: dict[str, list[str]] = {}
    for number, row in enumerate(data, start=1):
        try:
            rules.append(_rule(row, teams))
        except Invalid as error:
            said = [f"{path} : {sentence}" for path, all_ in error.fields.items() for sentence in all_]
            errors[f"Règle {number}"] = said or [error.sentence]
    if errors:
        raise Invalid("Certaines règles sont à corriger.", fields=errors)
    return tuple(rules)


def _rule(row: Any, teams: dict[str, engine.TeamRef]) -> engine.Rule:
    if not isinstance(row, dict):
        raise Invalid("Un objet est attendu.")
    unknown = sorted(set(row) - {"sentence", "conditions", "team", "priority"})
    if unknown:
        raise Invalid(f"Ces champs n’existent pas : {', '.join(unknown)}.")
    team = teams.get(str(row.get("team", "")))
    if team is None:
        raise Invalid(f"Aucune équipe n’a le code « {row.get('team', '')} ».")
    name = row.get("sentence")
    if not isinstance(name, str) or not name.strip():
        raise Invalid("La règle n’a pas de nom (« sentence »).")
    priority = row.get("priority") or None
    if priority is not None and priority not in [member.value for member in Priority]:
        raise Invalid(f"La priorité « {priority} » n’existe pas.")
    condition = engine.rule_condition(row.get("conditions"))
    return engine.Rule(name.strip(), condition, team, Priority(priority) if priority else None)


def rules_simulate(
    *, actor: Actor, organisation: Organisation, rules: tuple[engine.Rule, ...], since: datetime
) -> Simulation:
    """Decide again, with these rules in place of those in force, for every request received since then."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    result = Simulation()
    rows = Ticket.objects.filter(origin_contact__organisation=organisation, created_at__gte=since)
    for ticket in rows.select_related(*RELATED).order_by("pk").iterator(chunk_size=500):
        before = decide_for(ticket=ticket, at=ticket.created_at)
        after = decide_for(ticket=ticket, at=ticket.created_at, rules=rules)
        result.tickets += 1
        if after.rule:
            result.by_rule[after.rule] += 1
        if before.team.code != after.team.code:
            move = (before.team.code, after.team.code)
            result.changed += 1
            result.moves[move] += 1
            known = result.examples.setdefault(move, [])
            if len(known) < EXAMPLES:
                known.append(ticket.reference)
    return result
