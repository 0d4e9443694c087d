"""``python -m config.demo.reset``: forget the demo of this folder."""

from __future__ import annotations

import shutil
import sys

from config.demo.folder import DemoRefused, only_one
from config.engines import EnginesError, stop
from config.env_file import ROOT


def main() -> int:
    demo = ROOT / ".demo"
    if not demo.is_dir():
        sys.stdout.write("Il n'y a pas de démonstration dans ce dossier.\n")
        return 0
    try:
        with only_one(demo):
            stop(demo / "engines", remove=True)
            shutil.rmtree(demo)
    except (DemoRefused, EnginesError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("Démonstration effacée : « make demo » repart de zéro.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
