from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

from schema.build import sdl

HOUSE = Path(__file__).parents[2]
KEPT = HOUSE / "schema.graphql"


def test_the_schema_that_is_kept_is_the_one_that_is_served() -> None:
    assert KEPT.read_text() == sdl()


def test_the_printed_schema_stands_on_its_own() -> None:
    built = build_schema(sdl())

    assert find_breaking_changes(built, build_schema(KEPT.read_text())) == []
    assert "Customer" in built.type_map
