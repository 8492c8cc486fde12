"""Who runs PostgreSQL, which refuses root: the caller, or for root an account without rights."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DEADLINE = 30.0
"""Seconds after which any single wait of this package is given up."""

# Nothing of the caller's environment (PGPORT, PGOPTIONS, LC_ALL, …) may reach the server.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
TAIL = 4_000  # bytes of the log that an error repeats


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run; its text says why, and what the server's log says."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom root becomes to run the server."""

    uid: int
    gid: int


def account(cluster: Path) -> Account | None:
    """None for an ordinary user, who runs the server itself; for root, who else.

    An existing cluster keeps its owner: an account `postgres` may have come up in the meantime.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists():
        owner = cluster.stat()
        return Account(owner.st_uid, owner.st_gid)
    known = {entry.pw_name: Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    chosen = known.get("postgres") or known.get("nobody")
    if chosen is None:
        message = "PostgreSQL does not run as root, and there is no account postgres or nobody"
        raise EmbeddedError(message)
    return chosen


def may(account: Account, path: Path) -> bool:
    """Whether the account can execute the file, or enter the folder, through all its parents."""
    return _spawn(account, ["test", "-x", path], subprocess.DEVNULL).returncode == 0


def run(account: Account | None, command: Sequence[str | Path], log: Path) -> None:
    """Run a program of PostgreSQL to its end, its output going to the end of the log."""
    # A file and not a pipe: the server inherits it, and would keep a pipe open for ever.
    log.touch(mode=0o600)
    with log.open("ab") as output:
        began = output.tell()
        try:
            _spawn(account, command, output.fileno()).check_returncode()
        except (OSError, subprocess.SubprocessError) as error:
            tail = log.read_bytes()[began:][-TAIL:].decode(errors="replace").strip()
            message = f"{Path(command[0]).name} failed: {tail or error} (log: {log})"
            raise EmbeddedError(message) from error


def _spawn(
    account: Account | None, command: Sequence[str | Path], output: int
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  (no shell; programs and folders of our own)
        command,
        check=False,
        cwd="/",  # the caller's folder may be closed to the account
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        timeout=DEADLINE + 5,  # pg_ctl has the deadline itself, and explains better
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
    )
