"""Who runs the engines, and where their data can live.

PostgreSQL refuses to run as root. As root, both engines run as an existing unprivileged user; a folder which that
user cannot reach is replaced by one made under the system's temporary folders, and no folder made by somebody else
ever has its mode changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.engines.errors import EnginesError

CANDIDATES = ("nobody", "daemon")
# macOS allows 104 bytes and Linux 108 for the path of a socket, its final zero included.
SOCKET_PATH_LIMIT = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.65535.lock"


@dataclass(frozen=True)
class Owner:
    """The system user of the engines; ``uid`` and ``gid`` are None when it is the caller."""

    uid: int | None = None
    gid: int | None = None

    def environment(self, home: Path) -> dict[str, str]:
        """Bare variables: nothing of the caller's, which may hold secrets, reaches the engines."""
        return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(home)}

    def run(self, arguments: list[str], *, cwd: Path, seconds: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 -- fixed programs, no shell
            arguments,
            cwd=cwd,
            env=self.environment(cwd),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            umask=0o077,
        )

    def launch(self, arguments: list[str], *, cwd: Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a server in a session of its own, so that Ctrl-C in the terminal does not reach it."""
        with log.open("ab") as output:
            if self.uid is not None and self.gid is not None:
                os.fchown(output.fileno(), self.uid, self.gid)
            return subprocess.Popen(  # noqa: S603 -- fixed programs, no shell
                arguments,
                cwd=cwd,
                env=self.environment(cwd),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                umask=0o077,
                start_new_session=True,
            )

    def give(self, path: Path) -> None:
        """Hand over a file or folder that we have just made."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def owner_find() -> Owner:
    """The caller, or as root the first unprivileged user under which a program really runs."""
    if os.geteuid() != 0:
        return Owner()
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        owner = Owner(uid=entry.pw_uid, gid=entry.pw_gid)
        try:
            if owner.run(["/bin/sh", "-c", "exit 0"], cwd=Path("/"), seconds=10).returncode == 0:
                return owner
        except OSError:
            continue
    raise EnginesError(
        "PostgreSQL ne démarre pas en root et aucun utilisateur non privilégié (nobody, daemon) n'est utilisable : "
        "lancez la commande sous un compte ordinaire, ou indiquez DATABASE_URL et REDIS_URL."
    )


def can_enter(owner: Owner, folder: Path) -> bool:
    """Whether the owner may go into ``folder``: asked to the system, which alone knows about access lists."""
    if owner.uid is None:
        return os.access(folder, os.X_OK)
    done = owner.run(["/bin/sh", "-c", 'cd -P -- "$1"', "sh", str(folder)], cwd=Path("/"), seconds=10)
    return done.returncode == 0


def home_make(owner: Owner, folder: Path) -> Path:
    """A folder of the owner's for the data: inside ``folder``, or a new private one where it cannot go there."""
    inside = folder / "home"
    if inside.is_symlink() or (inside.exists() and not inside.is_dir()):
        raise EnginesError(f"{inside} n'est pas un dossier.")
    if can_enter(owner, folder):
        inside.mkdir(exist_ok=True, mode=0o700)
        owner.give(inside)
        return inside
    for parent in (Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 -- mkdtemp below is private
        if parent.is_dir() and can_enter(owner, parent):
            made = Path(tempfile.mkdtemp(prefix="grc-engines-", dir=parent))
            owner.give(made)
            return made
    raise EnginesError(
        f"Aucun dossier accessible à l'utilisateur non privilégié pour les données de {folder}."
    )


def socket_folder_make(owner: Owner, home: Path) -> Path:
    """A folder whose sockets' paths stay within the system's limit."""
    inside = home / "run"
    if len(os.fsencode(inside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        inside.mkdir(exist_ok=True, mode=0o700)
        owner.give(inside)
        return inside
    # Not gettempdir(): on macOS its path alone nearly fills the limit.
    made = Path(tempfile.mkdtemp(prefix="grc-", dir="/tmp"))
    owner.give(made)
    return made


def copy_for(owner: Owner, source: Path, target: Path) -> Path:
    """Copy a folder of programs where the owner can run them."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(
        source, partial, symlinks=True, ignore=shutil.ignore_patterns("include", "__pycache__", "*.a")
    )
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            owner.give(path)
            path.chmod(0o700 if path.is_dir() or os.access(path, os.X_OK) else 0o600)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    return target
