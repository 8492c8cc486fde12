"""The folder of a cluster: its lock, its passwords, and the place where its server lives.

- `lock` is held while something starts or stops;
- `<role>.password`, 0600, one a role;
- `server`, the server's, or a link to a place that its account can reach:
    - `cluster`, what initdb made, 0700;
    - `socket`, the folder of the Unix socket, 0700;
    - `postgresql.conf`, written anew at every start, and `port`, that of the last time;
    - `server.log`, and `server.log.1`, what went before.
"""

import fcntl
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from db.embedded.account import DEADLINE, Account, EmbeddedError, may

ELSEWHERE = Path("/var/lib")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone with the folder, among all processes of the machine. A killed holder lets go."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise EmbeddedError(message) from error
    try:
        until(lambda: _taken(lock), f"Another process holds {folder}/lock")
        yield
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def until(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait for it, or raise what there is to say at the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            message = f"{otherwise}, for {DEADLINE:.0f} s now"
            raise EmbeddedError(message)
        time.sleep(0.02)


def make_home(folder: Path, account: Account | None) -> Path:
    """Where the server lives: in the folder, or in a place of its own that its account can reach.

    Parents are never loosened: below root's home, the server lives elsewhere and a link says where.
    """
    entry = folder / "server"
    if entry.exists():
        return entry.resolve()
    mode = 0o711 if account else 0o700
    folder.chmod(mode)
    entry.unlink(missing_ok=True)  # a link to a place that somebody removed
    if account is None or may(account, folder):
        entry.mkdir()
    else:
        entry.symlink_to(tempfile.mkdtemp(prefix="kickstand-", dir=ELSEWHERE))
    entry.chmod(mode)
    return entry.resolve()


def password(folder: Path, role: str) -> str:
    path = folder / f"{role}.password"
    if not path.exists():
        message = f"There is no password for {role}: {path} is missing"
        raise EmbeddedError(message)
    return path.read_text()


def make_password(folder: Path, role: str) -> str:
    """The role's password, a new one when there is none yet."""
    path = folder / f"{role}.password"
    if not path.exists():
        write(path, secrets.token_urlsafe(24), 0o600)
    return path.read_text()


def write(path: Path, text: str, mode: int) -> None:
    """The whole file or none of it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as fresh:
        fresh.write(text)
        os.fchmod(fresh.fileno(), mode)
    Path(fresh.name).replace(path)
