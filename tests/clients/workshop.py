"""Where the tools and clients of partners are installed, once: below .cache.

The sources of this folder are copied there beside them, so that nothing is made in the tree.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
HOUSE = HERE.parents[1]
CACHE = HOUSE / ".cache"
SCHEMA = HOUSE / "schema.graphql"
DOCUMENT = HOUSE / "server" / "explorer" / "documents" / "customer-page.graphql"

INSTALL_SECONDS = 300
RUN_SECONDS = 120


@dataclass(frozen=True)
class Workshop:
    """A folder to run tools in, beside the schema and the document that they are given."""

    folder: Path

    def run(self, *command: str) -> str:
        """What a tool says; it has to be content."""
        done = subprocess.run(  # noqa: S603  (no shell; tools that the lock files name)
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def node() -> Workshop:
    """The packages of package-lock.json, and all that is to be run with them."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            _missing(f"no {program} here")
    folder = CACHE / "clients"
    with _alone(folder):
        _supply(folder, (path for path in HERE.rglob("*") if path.suffix not in {".py", ".pyc"}))
        _install(folder, HERE / "package-lock.json", ["npm", "ci"])
    return Workshop(folder)


def ariadne(folder: Path) -> str:
    """The generator of a Python client, and in the folder what it needs.

    It is in an environment of its own: it wants an older graphql-core than ours.
    """
    _supply(folder, [HERE / "ariadne.toml"])
    environment, lock = CACHE / "ariadne", HERE / "ariadne.lock"
    pip = ["bin/python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    with _alone(environment):
        _install(environment, lock, [sys.executable, "-m", "venv", "--clear", "."], pip)
    return str(environment / "bin" / "ariadne-codegen")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While the other workers wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _supply(folder: Path, sources: Iterable[Path]) -> None:
    """Copy what is not there already: another worker may be reading it."""
    wanted = {source.relative_to(HERE): source for source in sources if source.is_file()}
    for name, source in {
        **wanted,
        Path(SCHEMA.name): SCHEMA,
        Path(DOCUMENT.name): DOCUMENT,
    }.items():
        target = folder / name
        if not target.is_file() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _install(folder: Path, lock: Path, *commands: list[str]) -> None:
    """Run the commands in the folder, unless they succeeded before with this very lock file."""
    installed = folder / "installed"
    if installed.is_file() and installed.read_text() == lock.read_text():
        return
    for command in commands:
        try:
            subprocess.run(  # noqa: S603  (no shell; our own commands)
                command,
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
                check=True,
            )
        except subprocess.TimeoutExpired:
            _missing(f"{lock.name} was not installed in {INSTALL_SECONDS} s")
        except subprocess.CalledProcessError as error:
            _missing(f"{lock.name} could not be installed: {error.stderr.strip()[-500:]}")
    installed.write_text(lock.read_text())


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
