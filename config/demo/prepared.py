"""Whether a base already holds what this code would prepare: the next start of the demo then prepares nothing.

The last statement of a complete preparation is a mark *in the base itself*: a digest of all that the preparation read
and of the logins it gave. Killed half-way, emptied, restored, or prepared since by another checkout: no mark, or not
this one, and everything is prepared again, which changes only what is missing.
"""

from __future__ import annotations

import hashlib
import json
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg

from config.env_file import ROOT

PROVIDER: Final = "demo-start"
KEY: Final = "prepared"
# What the preparation runs and reads; migrations and models of the other folders are code of theirs.
FOLDERS: Final = ("grc", "routing", "knowledge", "channels_in", "agents_ui", "config")
_KINDS: Final = frozenset({".py", ".toml", ".json", ".csv", ".xz", ".gz", ".bz2", ".zip", ".txt", ".sql"})
# The tables that nothing of the demo works without; a base emptied table by table is seen by them.
_HELD: Final = """
SELECT answer ->> 'digest' = %s
       AND EXISTS (SELECT FROM grc_commune) AND EXISTS (SELECT FROM grc_account) AND EXISTS (SELECT FROM grc_topic)
       AND EXISTS (SELECT FROM grc_contact) AND EXISTS (SELECT FROM grc_ticket)
FROM grc_inboundreceipt WHERE provider = %s AND key = %s
"""


def code_digest(root: Path = ROOT) -> str:
    """Of every file that decides what a preparation makes, and of the versions of the packages it uses."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    for name in sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")):
        digest.update(f"{name}\0".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in _KINDS and "__pycache__" not in path.parts and path.is_file():
                yield path


def start_digest(code: str, credentials: Path) -> str:
    """The mark: ``code`` (code_digest) with the logins of the file, or an empty text when the file has none."""
    try:
        written = json.loads(credentials.read_text(encoding="utf-8"))
        logins = json.dumps([written["api_token"], written["agents"]], sort_keys=True)
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return hashlib.sha256(f"{code}\0{logins}".encode()).hexdigest()


def is_prepared(database_url: str, digest: str) -> bool:
    """Whether the base bears this mark and still holds something; any doubt, an error included, is a no.

    Asked in SQL and not through the models: reading the whole service first is what this saves.
    """
    if not digest:
        return False
    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            row = connection.execute(_HELD, [digest, PROVIDER, KEY]).fetchone()
    except psycopg.Error:
        return False
    return row is not None and bool(row[0])
