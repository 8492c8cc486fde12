"""THIRD_PARTY.md names everything that is installed with the product, and nothing else."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
LOCKED = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)
LISTED = re.compile(r"^\| ([a-z0-9-]+) \| \S.* \| \S.* \|$", re.MULTILINE)


def test_every_locked_package_is_listed_once_with_its_licence() -> None:
    locked = LOCKED.findall((HOUSE / "requirements.lock").read_text())

    listed = LISTED.findall((HOUSE / "THIRD_PARTY.md").read_text())

    assert sorted(listed) == sorted(locked)
