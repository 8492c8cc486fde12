"""The command line as a person runs it: a process of its own, and what it prints."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HOUSE = Path(__file__).parents[2]
MAIN = "from server.cli import main; main()"


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the machine's own settings, but the compiled modules of the runs before."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KICKSTAND_")
        and name not in {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **given}


def started(*arguments: str, **given: str) -> subprocess.Popen[str]:
    """A command that goes on, in a session of its own as a terminal's is."""
    return subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-c", MAIN, *arguments],
        cwd=HOUSE,
        env=environment(given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(*arguments: str, **given: str) -> tuple[int, str, str]:
    """The exit code of a command, what it prints, and what it complains of."""
    process = started(*arguments, **given)
    try:
        printed, complaints = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, printed, complaints
