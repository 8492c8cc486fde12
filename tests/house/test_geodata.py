"""The data that is shipped is what its sources say, and is told of in THIRD_PARTY.md."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FOLDER = HOUSE / "integrations" / "geodata"
SOURCES = json.loads((FOLDER / "sources.json").read_text())


def test_every_file_has_a_source_and_no_source_lacks_its_file() -> None:
    shipped = {path.name for path in FOLDER.iterdir()} - {"sources.json"}

    assert shipped == set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_is_the_one_that_was_published(name: str) -> None:
    assert sha256((FOLDER / name).read_bytes()).hexdigest() == SOURCES[name]["sha256"]


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_is_told_of_with_version_licence_and_attribution(name: str) -> None:
    told = (HOUSE / "THIRD_PARTY.md").read_text()

    source = SOURCES[name]
    row = f"| `{name}` | {source['package']} {source['version']} | {source['licence']} |"

    assert f"{row} {source['attribution']} |" in told
