"""Pure. Build the shipped files: ``python -m grc.reference.build FOLDER_OR_TGZ [TARGET]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from grc.reference.read import read_source
from grc.reference.rows import ReferenceFileError
from grc.reference.shipped import FOLDER, write_folder


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 written, 1 the source cannot be read, 2 wrong use."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("Usage : python -m grc.reference.build SOURCE [DOSSIER]\n")
        return 2
    target = Path(arguments[1]) if len(arguments) == 2 else FOLDER
    try:
        data = read_source(Path(arguments[0]))
    except ReferenceFileError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    target.mkdir(parents=True, exist_ok=True)
    write_folder(data, target)
    sys.stdout.write(f"{len(data.current)} communes et {len(data.epci)} EPCI écrits dans {target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
