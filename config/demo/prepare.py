"""``python -m config.demo.prepare CREDENTIALS``: tables and demonstration data, in one process.

Run by the demo with its variables set; a single process because reading the whole service takes a second or two.
"""

from __future__ import annotations

import sys

import django
from django.core.management import call_command
from django.core.management.base import CommandError

from config.demo.screen import step


def main(credentials: str) -> int:
    """Exit code: 0 done, 1 refused with a sentence."""
    django.setup()
    try:
        with step("Tables de la base"):
            call_command("migrate", interactive=False, verbosity=0)
        with step("Organisation et données de démonstration"):
            call_command("seed_demo", credentials=credentials)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
