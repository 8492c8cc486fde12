"""Where and when figures were found; without it they say nothing."""

import os
import platform
import re
from datetime import datetime
from pathlib import Path

MODEL = re.compile(r"^model name\s*: (.*)$", re.MULTILINE)


def described(now: datetime, postgres: str, customers: int) -> str:
    """The day, the machine, the versions, and how many customers there are."""
    found = MODEL.search(Path("/proc/cpuinfo").read_text())
    cores = f"{os.cpu_count()} cores of {found[1] if found else platform.machine()}"
    versions = f"Python {platform.python_version()}, PostgreSQL {postgres}"
    return f"{now:%Y-%m-%d}, {cores}, {versions}, {customers:,} customers"
