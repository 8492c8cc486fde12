"""The command line as a person runs it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

HOUSE = Path(__file__).parents[2]
Said: TypeAlias = Callable[..., tuple[object, str, str]]
"""Runs a command, and gives its exit code, what it prints and what it complains of."""
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
