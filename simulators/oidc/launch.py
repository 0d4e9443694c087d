"""Starts an issuer in a process of its own, on a free port, and stops it: for tests and demonstrations."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
SECRET_VARIABLE = "SIMULATED_ISSUER_SECRET"  # noqa: S105 - the name of a variable


class IssuerProcess:
    """A running issuer; use as a context manager.

    `module` is `simulators.franceconnect` or `simulators.proconnect`; `base_url` has no path, `issuer` is
    the address an OpenID Connect client is configured with.
    """

    def __init__(
        self,
        module: str,
        *,
        client_id: str,
        client_secret: str,
        redirect_uris: Sequence[str],
        post_logout_redirect_uris: Sequence[str] = (),
        arguments: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        command = [sys.executable, "-m", module, "--port", str(port), "--client-id", client_id]
        command += ["--client-secret-env", SECRET_VARIABLE]
        for address in redirect_uris:
            command += ["--redirect-uri", address]
        for address in post_logout_redirect_uris:
            command += ["--post-logout-redirect-uri", address]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [*command, *arguments],
            cwd=ROOT,
            env={**os.environ, SECRET_VARIABLE: client_secret},
            stdout=subprocess.PIPE,
            text=True,
        )
        stdout = self._process.stdout
        line = stdout.readline() if stdout is not None else ""
        if not line:
            raise RuntimeError(f"{module} did not start (exit status {self._process.wait(5)})")
        self.base_url = line.rsplit(" ", 1)[-1].strip()
        self.issuer = self.base_url + "/api/v2"

    def control(self, path: str, **body: object) -> dict[str, Any]:
        """POST to `/control/<path>`: `control("faults", wrong_acr=True)`, `control("clock", advance=31)`."""
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.base_url}/control/{path}", data=data, headers=headers)  # noqa: S310 - loopback
        with urlopen(request, timeout=5) as answer:  # noqa: S310 - loopback
            return dict(json.load(answer))

    def stop(self) -> int:
        """Ask the process to end (SIGTERM) and return its exit status."""
        self._process.terminate()
        try:
            status = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait(5)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def __enter__(self) -> "IssuerProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
