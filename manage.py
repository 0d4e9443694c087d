#!/usr/bin/env python3
"""Entry point of the commands. While a demo exists here and DATABASE_URL is unset, they act on the demo."""

from __future__ import annotations

import os
import sys

from config.env_file import demo_environment_load


def main() -> int:
    if sys.argv[1:2] == ["demo"]:
        # The demo makes the very variables that Django's settings require.
        from config.demo.run import main as demo

        return demo(sys.argv[2:])
    demo_environment_load()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
