"""Pure. Strict readers of environment variables.

Every secret may also be given as ``NAME_FILE`` (path of a file holding the value). A missing or malformed value
raises :class:`BadEnvironment` with the variable's name and what was expected; the process then refuses to start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class BadEnvironment(Exception):
    """A variable is missing or malformed; the message names it and says what was expected."""


@dataclass(frozen=True)
class Environment:
    """Typed access to a mapping of variables (normally ``os.environ``)."""

    values: Mapping[str, str]

    def raw(self, name: str) -> str | None:
        """Value of ``name``, or the content of the file named by ``NAME_FILE``; None when both are absent or empty."""
        direct = self.values.get(name, "").strip()
        file_name = self.values.get(f"{name}_FILE", "").strip()
        if direct and file_name:
            raise BadEnvironment(f"{name} et {name}_FILE sont tous deux définis : n'en garder qu'un.")
        if file_name:
            path = Path(file_name)
            if not path.is_file():
                raise BadEnvironment(f"{name}_FILE : le fichier {file_name} n'existe pas.")
            return path.read_text(encoding="utf-8").strip() or None
        return direct or None

    def text(self, name: str, default: str | None = None) -> str:
        value = self.raw(name)
        if value is None:
            if default is None:
                raise BadEnvironment(f"{name} est obligatoire et n'est pas défini.")
            return default
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.raw(name)
        if value is None:
            return default
        lowered = value.lower()
        if lowered in {"1", "true", "yes", "on", "oui"}:
            return True
        if lowered in {"0", "false", "no", "off", "non"}:
            return False
        raise BadEnvironment(f"{name} : attendu 1 ou 0 (true ou false), reçu « {value} ».")

    def integer(self, name: str, *, default: int, minimum: int = 0, maximum: int = 2**31) -> int:
        value = self.raw(name)
        if value is None:
            return default
        if not value.isdecimal() or not minimum <= int(value) <= maximum:
            raise BadEnvironment(
                f"{name} : attendu un entier entre {minimum} et {maximum}, reçu « {value} »."
            )
        return int(value)

    def names(self, name: str, default: Iterable[str] = ()) -> list[str]:
        """A comma-separated list."""
        value = self.raw(name)
        if value is None:
            return list(default)
        return [part.strip() for part in value.split(",") if part.strip()]

    def pairs(self, name: str, default: Mapping[str, str]) -> dict[str, str]:
        """A comma-separated list of ``key=value``."""
        found = dict(default)
        for part in self.names(name):
            key, sign, value = part.partition("=")
            if not (sign and key.strip() and value.strip()):
                raise BadEnvironment(f"{name} : attendu « clé=valeur, clé=valeur », reçu « {part} ».")
            found[key.strip()] = value.strip()
        return found

    def url(self, name: str, schemes: Iterable[str], default: str | None = None) -> str:
        value = self.text(name, default)
        parts = urlsplit(value)
        accepted = tuple(schemes)
        if parts.scheme not in accepted:
            raise BadEnvironment(
                f"{name} : attendu une adresse en {', '.join(accepted)}, reçu « {parts.scheme} »."
            )
        return value

    def group(self, *names: str) -> bool:
        """True when every variable of the group is set, False when none is; half a group refuses to start."""
        present = [name for name in names if self.raw(name) is not None]
        if not present:
            return False
        missing = [name for name in names if name not in present]
        if missing:
            raise BadEnvironment(
                f"{', '.join(present)} défini sans {', '.join(missing)} : ce groupe va ensemble ou pas du tout."
            )
        return True


def database_config(url: str) -> dict[str, object]:
    """Django ``DATABASES`` entry of a ``postgres[ql]://user:password@host:port/name`` address.

    A socket folder is given as ``?host=/folder``. Only PostgreSQL is accepted.
    """
    parts: SplitResult = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadEnvironment(f"DATABASE_URL : attendu postgresql://…, reçu « {parts.scheme} ».")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise BadEnvironment("DATABASE_URL : le nom de la base manque après la dernière barre oblique.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": dict(query),
    }
