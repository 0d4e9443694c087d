"""What the demo prints: steps with their time, then addresses and logins."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, then say how long it took."""
    say(f"• {title}…")
    begin = time.monotonic()
    yield
    say(f"  fait en {time.monotonic() - begin:.1f} s".replace(".", ","))


def summary(credentials: Mapping[str, Any]) -> list[str]:
    """Lines that tell a newcomer where to go and with which login."""
    base = credentials["base_url"]
    simulators = credentials.get("simulators", {})
    twilio = credentials.get("twilio", {})
    lines = [
        "",
        "La démonstration est prête.",
        f"  Site des usagers         {base}/",
        f"  Console des agents       {base}/agents/",
        f"  Pilotage                 {base}/pilotage/",
        f"  API                      {base}/api/v1/docs",
        f"  Téléphone et SMS         {simulators.get('telephone', '')}/",
        f"    ligne toujours ouverte {twilio.get('phone_number', '')}",
        "  FranceConnect, ProConnect de test : par les boutons de connexion du site et de la console",
        "",
    ]
    agents = credentials.get("agents") or []
    if agents:
        widths = [max(len(str(agent.get(key) or "")) for agent in agents) for key in ("username", "password")]
        lines.append("Comptes (identifiant, mot de passe, rôle) :")
        lines += [
            f"  {agent.get('username') or '':<{widths[0]}}  {agent.get('password') or '':<{widths[1]}}  "
            f"{agent.get('role') or ''}{'  (second facteur demandé)' if agent.get('totp_secret') else ''}"
            for agent in agents
        ]
        lines.append("")
    lines += [
        "Tout est aussi dans .demo/credentials.json ; les journaux sont dans .demo/logs/.",
        "Ctrl-C arrête tout. « make demo-reset » efface les données.",
    ]
    return lines
