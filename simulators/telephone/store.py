"""What survives a restart of the process: texts and who has opted out."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from simulators.telephone.network import Network
from simulators.telephone.records import Message

DATES = ("created", "updated", "sent")


def save(network: Network) -> None:
    """Write the state file, whole, under another name first so that a kill leaves the old one."""
    path = network.settings.state_file
    if path is None:
        return
    messages = []
    for message in network.messages.values():
        row = asdict(message)
        for name in DATES:
            row[name] = row[name].isoformat() if row[name] else None
        messages.append(row)
    state = {"messages": messages, "opted_out": sorted(network.opted_out)}
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def load(network: Network) -> None:
    """Read the state file if there is one."""
    path: Path | None = network.settings.state_file
    if path is None or not path.exists():
        return
    state = json.loads(path.read_text(encoding="utf-8"))
    network.opted_out = {(line, number) for line, number in state["opted_out"]}
    for row in state["messages"]:
        for name in DATES:
            row[name] = datetime.fromisoformat(row[name]) if row[name] else None
        message = Message(**row)
        network.messages[message.sid] = message
