"""What runs on a cluster, as far as its pid file and the process that it names agree."""

import os
from dataclasses import dataclass
from pathlib import Path

from db.embedded.files import until


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a running server says of itself in its pid file."""

    pid: int
    port: int
    socket: str
    status: str


def settled(home: Path) -> Postmaster | None:
    """The running server, once it has finished coming up or going down."""
    until(
        lambda: (server := postmaster(home)) is None or server.status == "ready",
        f"PostgreSQL in {home} is neither up nor down",
    )
    return postmaster(home)


def postmaster(home: Path) -> Postmaster | None:
    """The server of this cluster, if one runs. A pid file alone proves nothing."""
    lines = _pid_file(home)
    if os.fsencode(home / "cluster") not in _command(lines):
        return None
    pid, _, _, port, place, _, _, status = [*lines, *[""] * 8][:8]  # it grows while starting
    return Postmaster(int(pid), int(port or 0), place, status.strip())


def forget_stranger(home: Path) -> None:
    """Remove a dead server's pid file whose number another process got: PostgreSQL trusts it."""
    command = _command(_pid_file(home))
    if command and Path(os.fsdecode(command[0])).name != "postgres":
        (home / "cluster" / "postmaster.pid").unlink()


def _command(pid_file: list[str]) -> list[bytes]:
    """The command line of the process that a pid file names; empty when there is none."""
    try:
        return Path("/proc", pid_file[0], "cmdline").read_bytes().split(b"\0") if pid_file else []
    except (FileNotFoundError, ProcessLookupError):
        return []


def _pid_file(home: Path) -> list[str]:
    try:
        return (home / "cluster" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []
