"""Pure. Read any of the official forms from a path: a folder, an archive, one JSON, INSEE's CSV.

``read_source(path)`` is what an import command calls; the errors it raises are French sentences to print.
"""

from __future__ import annotations

import re
import tarfile
from pathlib import Path, PurePosixPath
from typing import Final

from grc.reference.cog import parse_cog
from grc.reference.etalab import FILES, parse_package
from grc.reference.rows import ReferenceData, ReferenceFileError
from grc.reference.shipped import COMMUNES_FILE, read_folder

_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
# Versions of the npm package by year of the code officiel géographique (table of the package's README).
_PACKAGE_YEARS: Final = {"6": "2026", "5": "2025", "4": "2024", "3": "2023", "2": "2022", "1": "2021"}


def read_source(path: Path) -> ReferenceData:
    """Reference data from ``path``.

    Accepted: a folder holding the JSON files (or a ``data/`` with them, or the shipped files), the ``.tgz``
    of the npm package, ``communes.json`` (its neighbours are read too), INSEE's ``v_commune_<year>.csv``.
    Raises ReferenceFileError.
    """
    if path.is_dir():
        return _read_directory(path)
    if not path.is_file():
        raise ReferenceFileError("ce fichier n’existe pas.", source=str(path))
    if path.suffix == ".csv":
        year = _YEAR.search(path.name)
        return parse_cog(_text(path), source=path.name, vintage=year.group(1) if year else "")
    if path.suffix in {".tgz", ".gz"} and not path.name.endswith(".tsv.gz"):
        return _read_archive(path)
    if path.suffix == ".json":
        return _read_directory(path.parent)
    raise ReferenceFileError(
        "format inconnu : on attend un dossier, le paquet .tgz, communes.json ou v_commune_AAAA.csv.",
        source=path.name,
    )


def _read_directory(folder: Path) -> ReferenceData:
    if (folder / COMMUNES_FILE).is_file():
        return read_folder(folder)
    inside = folder / "data" if (folder / "data" / "communes.json").is_file() else folder
    texts = {name: _text(inside / name) for name in FILES if (inside / name).is_file()}
    manifest = inside.parent / "package.json"
    return parse_package(texts, vintage=_vintage(_text(manifest)) if manifest.is_file() else "")


def _read_archive(path: Path) -> ReferenceData:
    texts: dict[str, str] = {}
    vintage = ""
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                stream = archive.extractfile(member) if name in (*FILES, "package.json") else None
                if stream is None:
                    continue
                text = stream.read().decode("utf-8")
                if name == "package.json":
                    vintage = _vintage(text)
                else:
                    texts[name] = text
    except (tarfile.TarError, OSError, EOFError, UnicodeDecodeError) as error:
        raise ReferenceFileError("cette archive est illisible.", source=path.name) from error
    return parse_package(texts, vintage=vintage)


def _vintage(manifest: str) -> str:
    version = re.search(r'"version"\s*:\s*"(\d+)\.', manifest)
    return _PACKAGE_YEARS.get(version.group(1), "") if version else ""


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ReferenceFileError("ce fichier n’est pas en UTF-8.", source=path.name, line=line) from error
