"""``python -m config.engines start|stop|status --folder F``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.engines import EnginesError, start, status, stop


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 done (``status``: both run), 1 refused with a sentence, 3 (``status``) not both running."""
    parser = argparse.ArgumentParser(
        prog="python -m config.engines",
        description="Démarre, arrête ou montre le PostgreSQL et le Valkey embarqués d'un dossier.",
    )
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("--folder", type=Path, default=Path(".demo/engines"), help="dossier des données")
    parser.add_argument(
        "--for-tests", action="store_true", help="start : vite, sans garantie en cas de panne"
    )
    parser.add_argument("--remove", action="store_true", help="stop : efface aussi les données")
    options = parser.parse_args(arguments)
    out = sys.stdout.write
    try:
        if options.action == "start":
            engines = start(options.folder, for_tests=options.for_tests)
            out(f"DATABASE_URL={engines.database_url}\nREDIS_URL={engines.redis_url}\n")
            return 0
        if options.action == "stop":
            stop(options.folder, remove=options.remove)
            out("Moteurs arrêtés.\n")
            return 0
        found = status(options.folder)
    except EnginesError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, pid in (("PostgreSQL", found.postgres_pid), ("Valkey", found.valkey_pid)):
        out(f"{name} : {'arrêté' if pid is None else f'en marche (processus {pid})'}\n")
    return 0 if found.engines else 3


if __name__ == "__main__":
    raise SystemExit(main())
