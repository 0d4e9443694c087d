"""The embedded PostgreSQL: create the cluster, write its settings, start, recognise and stop it.

Two roles, as in production: ``postgres`` (bootstrap, used only here) and ``grc`` (the product's, not a superuser,
owner of its database, allowed to create the tests' databases and the trusted extensions).
"""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.engines.binaries import Binaries
from config.engines.errors import EnginesError, PortTaken
from config.engines.owner import Owner
from config.engines.ports import LOOPBACK
from config.engines.processes import alive, end, wait_until, works_in
from config.engines.state import State

MAJOR = "18"
ROLE = DATABASE = "grc"
START_SECONDS = 60.0
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

SETTINGS = """\
# Written at each start; changes made here are lost.
listen_addresses = '{address}'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 128MB
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = 'warning'
logging_collector = off
jit = off
"""
# Only where losing the data costs nothing.
SETTINGS_FOR_TESTS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""
HBA = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True)
class Postgres:
    owner: Owner
    binaries: Binaries
    home: Path
    state: State

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}:{self.state.postgres_password}@{LOOPBACK}:{self.state.postgres_port}/{DATABASE}"

    def pid(self) -> int | None:
        """Process of the running server, or None. A pid file left by a crash, even reused, does not count."""
        try:
            first = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
            pid = int(first)
        except (OSError, ValueError, IndexError):
            return None
        return pid if alive(pid) and works_in(pid, self.data) else None

    def create(self) -> None:
        """Create the cluster unless it exists. A creation cut half-way leaves only a folder that is thrown away."""
        version = self.data / "PG_VERSION"
        if version.is_file():
            found = version.read_text(encoding="utf-8").strip()
            if found != MAJOR:
                raise EnginesError(
                    f"Les données de {self.data} sont de PostgreSQL {found}, le moteur embarqué est en {MAJOR} : "
                    "« make demo-reset » les efface."
                )
            return
        partial = self.home / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        secret = self.home / "postgres.password"
        secret.touch(mode=0o600)
        secret.write_text(self.state.postgres_superuser_password, encoding="utf-8")
        self.owner.give(secret)
        arguments = [
            *(str(self.binaries.postgres_bin / "initdb"), "-D", str(partial), "-U", "postgres"),
            *("-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        ]
        if self.state.for_tests:
            arguments.append("--no-sync")
        try:
            done = self.owner.run(arguments, cwd=self.home, seconds=120)
        finally:
            secret.unlink()
        if done.returncode != 0:
            raise EnginesError(f"initdb a échoué : {(done.stderr or done.stdout).strip()[-800:]}")
        self._write(partial / "pg_hba.conf", HBA)
        with (partial / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'embedded.conf'\n")
        partial.rename(self.data)

    def _write(self, path: Path, content: str) -> None:
        path.write_text(content, encoding="utf-8")
        path.chmod(0o600)
        self.owner.give(path)

    def launch(self) -> None:
        """Start the server and wait until it answers. Raises PortTaken when another server has the port."""
        settings = SETTINGS.format(
            address=LOOPBACK,
            port=self.state.postgres_port,
            sockets=self.state.socket_folder.replace("'", "''"),
        )
        self._write(
            self.data / "embedded.conf", settings + (SETTINGS_FOR_TESTS if self.state.for_tests else "")
        )
        # What a crash left: pid() has told that no server of ours holds it, and a stranger that now has the same
        # number would make PostgreSQL refuse to start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        begin = self.log.stat().st_size if self.log.exists() else 0
        program = str(self.binaries.postgres_bin / "postgres")
        process = self.owner.launch([program, "-D", str(self.data)], cwd=self.home, log=self.log)
        answered = False
        try:
            wait_until(lambda: process.poll() is not None or self.answers(), seconds=START_SECONDS)
            answered = process.poll() is None and self.answers()
        finally:
            # Interrupted, or too slow: nobody would find it again before it has written its pid file.
            if not answered and process.poll() is None:
                end(process.pid, steps=STOP_STEPS)
        if answered:
            return
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(begin)
            said = file.read()[-1500:].strip()
        if "could not bind" in said or "Is another postmaster already running on port" in said:
            raise PortTaken(said)
        raise EnginesError(f"PostgreSQL n'a pas démarré (journal : {self.log}) : {said}")

    def answers(self) -> bool:
        """Whether our server, and not another on the same port, accepts our password."""
        try:
            with self._connect() as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and Path(row[0]).resolve() == self.data.resolve()

    def _connect(self) -> psycopg.Connection[tuple[str, ...]]:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.state.postgres_port,
            user="postgres",
            password=self.state.postgres_superuser_password,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def prepare(self) -> None:
        """Create the product's role and database unless they exist."""
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(ROLE), sql.Literal(self.state.postgres_password)
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ROLE)
                    )
                )

    def stop(self) -> None:
        pid = self.pid()
        if pid is not None and not end(pid, steps=STOP_STEPS):
            raise EnginesError(f"PostgreSQL (processus {pid}) ne s'arrête pas.")
