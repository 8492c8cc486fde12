"""Starting and stopping a server. Any number of processes may do so at once, on one folder."""

import os
import shlex
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from db.embedded import binaries as programs
from db.embedded.account import DEADLINE, Account, EmbeddedError, account, run
from db.embedded.binaries import Binaries
from db.embedded.files import locked, make_home, make_password, password, until, write
from db.embedded.postmaster import Postmaster, forget_stranger, postmaster, settled

SUPERUSER = "postgres"
LOOPBACK = "127.0.0.1"
LOG_MAX = 8_000_000
SOCKET_PATH_MAX = 107
MEGABYTE = 1 << 20
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "max_connections": "100",
    # A quarter of the memory, as usual; it is taken page by page, as it is used.
    "shared_buffers": f"{min(max(128, MEMORY // 4), 2048)}MB",
    "jit": "off",
    # Together they keep the recovery after a crash under a few seconds.
    "max_wal_size": "1GB",
    "checkpoint_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server's own life only: failed statements, and the personal data in them, are left out.
    "log_min_messages": "log",
    "log_checkpoints": "off",
}
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# A crashed server's last processes are still leaving, or somebody was faster at taking the port.
PASSING = ("is still in use", "could not bind", "could not create any TCP/IP sockets")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server. Whoever started it is the one to stop it."""

    folder: Path
    port: int
    socket: Path | None
    """The folder of its Unix socket; None where that folder's name is too long for one."""
    started: bool
    """Whether this very call started it; False when it ran already."""

    def url(self, user: str, database: str) -> str:
        """Where a user finds a database, by TCP on this machine; the password is in it."""
        secret = password(self.folder, user)
        return f"postgresql://{user}:{secret}@{LOOPBACK}:{self.port}/{database}"


def start(
    folder: Path,
    *,
    binaries: Path | None = None,
    durable: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Cluster:
    """A running server whose files are in this folder: made, restarted or joined.

    A server that runs already is joined as it is: the other arguments then change nothing.
    Not durable is much faster, and may lose everything in a crash. `EmbeddedError` says what
    stands in the way.
    """
    folder = folder.absolute()
    with locked(folder):
        owner = account(folder / "server" / "cluster")
        home = make_home(folder, owner)
        server = settled(home)
        started = server is None
        if server is None:
            found = programs.find(binaries)
            found = programs.lend(found, owner, home) if owner else found
            for path in (home, found.folder):
                _quotable(path)
            if (home / "cluster").exists():
                _same_release(home / "cluster", found)
            else:
                _initialise(folder, home, owner, found, [] if durable else ["--no-sync"])
            chosen = {**SETTINGS, **({} if durable else FLEETING), **(settings or {})}
            server = _launch(home, owner, found, chosen)
    return Cluster(folder, server.port, Path(server.socket) if server.socket else None, started)


def stop(cluster: Cluster | Path) -> None:
    """Stop the server of a cluster or folder, breaking off its sessions; quiet when none runs."""
    folder = cluster.folder if isinstance(cluster, Cluster) else cluster.absolute()
    if not (folder / "server").exists():
        return
    with locked(folder):
        home = (folder / "server").resolve()
        server = postmaster(home)
        if server is not None:
            os.kill(server.pid, signal.SIGINT)
            until(lambda: postmaster(home) is None, f"PostgreSQL in {folder} is stopping")


def _initialise(
    folder: Path, home: Path, owner: Account | None, binaries: Binaries, flags: list[str]
) -> None:
    """The cluster, complete or not there at all."""
    fresh = home / "cluster.new"
    shutil.rmtree(fresh, ignore_errors=True)  # left by a start that was killed
    _private(fresh, owner)
    with tempfile.NamedTemporaryFile("w", dir=home) as secret:
        secret.write(make_password(folder, SUPERUSER))
        secret.flush()
        if owner:
            os.fchown(secret.fileno(), owner.uid, owner.gid)
        access = [f"--username={SUPERUSER}", f"--pwfile={secret.name}", "--auth=scram-sha-256"]
        flags = [*flags, *access, "--encoding=UTF8", *binaries.locale]
        run(owner, [binaries.folder / "initdb", "-D", fresh, *flags], home / "server.log")
    fresh.rename(home / "cluster")


def _same_release(cluster: Path, binaries: Binaries) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.major):
        message = (
            f"{cluster} was made by PostgreSQL {made_by}, and cannot run on {binaries.version}"
        )
        raise EmbeddedError(message)


def _quotable(path: Path) -> None:
    """Refuse the few names that pg_ctl would not pass whole through its shell."""
    if set(str(path)) & set('"$`\\\n'):
        message = f"PostgreSQL cannot run in a folder of this name: {path}"
        raise EmbeddedError(message)


def _launch(
    home: Path, owner: Account | None, binaries: Binaries, settings: Mapping[str, str]
) -> Postmaster:
    log = home / "server.log"
    if log.exists() and log.stat().st_size > LOG_MAX:
        log.replace(home / "server.log.1")
    configuration = home / "postgresql.conf"
    options = f"-c config_file={shlex.quote(str(configuration))}"
    flags = ["-o", options, "--silent", "--wait", f"--timeout={DEADLINE:.0f}"]
    deadline = time.monotonic() + DEADLINE
    while True:
        forget_stranger(home)
        shutil.rmtree(home / "socket", ignore_errors=True)  # its lock files may name strangers too
        _private(home / "socket", owner)
        write(configuration, _configuration(home, settings), 0o644)
        try:
            run(owner, [binaries.folder / "pg_ctl", "start", "-D", home / "cluster", *flags], log)
        except EmbeddedError as error:
            passing = any(phrase in str(error) for phrase in PASSING)
            if not passing or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            break
    server = postmaster(home)
    if server is None:
        message = f"PostgreSQL stopped as soon as it had started (log: {log})"
        raise EmbeddedError(message)
    return server


def _configuration(home: Path, settings: Mapping[str, str]) -> str:
    place = home / "socket"
    port = _free_port(home / "port")
    # The longest name that the server makes there.
    fits = len(os.fsencode(place / f".s.PGSQL.{port}.lock")) <= SOCKET_PATH_MAX
    places = {"port": str(port), "unix_socket_directories": str(place) if fits else ""}
    lines = ["# Written at every start.", "include 'cluster/postgresql.conf'"]
    for name, value in {**settings, **places}.items():
        quoted = value.replace("\\", "\\\\").replace("'", "''")
        lines.append(f"{name} = '{quoted}'")
    return "\n".join(lines) + "\n"


def _free_port(kept: Path) -> int:
    """The port of the last time, if nobody took it; else another one, which is kept."""
    last = int(kept.read_text()) if kept.exists() else 0
    for port in (last, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            free = int(probe.getsockname()[1])
        write(kept, str(free), 0o644)
        return free
    message = f"No port is free on {LOOPBACK}"
    raise EmbeddedError(message)


def _private(path: Path, owner: Account | None) -> None:
    path.mkdir(mode=0o700)
    if owner:
        os.chown(path, owner.uid, owner.gid)
