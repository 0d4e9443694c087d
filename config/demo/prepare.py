"""``python -m config.demo.prepare CREDENTIALS``: tables and demonstration data, in one process.

Run by the demo with its variables set; a single process because reading the whole service takes a second or two.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.core.management.base import CommandError

from config.demo.prepared import KEY, PROVIDER, code_digest, start_digest
from config.demo.screen import step


def main(credentials: str) -> int:
    """Exit code: 0 done, 1 refused with a sentence."""
    django.setup()
    # Before the work: a file changed meanwhile is for the next start.
    code = code_digest()
    try:
        with step("Tables de la base"):
            call_command("migrate", interactive=False, verbosity=0)
        mark("")
        with step("Organisation et données de démonstration"):
            call_command("seed_demo", credentials=credentials)
        mark(start_digest(code, Path(credentials)))
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def mark(digest: str) -> None:
    """The last act of a preparation; an empty one while it lasts, so that one cut short leaves no mark."""
    from django.db import transaction

    from grc.services.intake import receipt_answer, receipt_take

    with transaction.atomic():
        receipt = receipt_take(provider=PROVIDER, key=KEY)
        receipt_answer(receipt=receipt, answer={"digest": digest})


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
