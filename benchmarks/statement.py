"""The statements of the pages by hand: SQL files that share their parts.

`@part(a, b)` stands for the text of parts/part.sql, with a in the place of :1 and b of :2.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
PART = re.compile(r"@(\w+)\(([^()]*)\)")
PLACE = re.compile(r"(?<!:):(\d)")


def statement(page: str) -> str:
    """The one statement that answers a page."""
    text = _read(f"{page}.sql")
    while PART.search(text):
        text = PART.sub(_part, text)
    return text


def _part(found: re.Match[str]) -> str:
    given = found[2].split(", ")
    return PLACE.sub(lambda place: given[int(place[1]) - 1], _read(f"parts/{found[1]}.sql"))


def _read(name: str) -> str:
    lines = (FOLDER / name).read_text().splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))
