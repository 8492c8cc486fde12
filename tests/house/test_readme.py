import re
from pathlib import Path

from graphql import build_schema, parse, validate

from schema.build import sdl

HOUSE = Path(__file__).parents[2]
README = (HOUSE / "README.md").read_text()


def test_the_query_of_the_readme_is_one_of_the_api() -> None:
    (query,) = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)

    assert validate(build_schema(sdl()), parse(query)) == []


def test_every_page_that_the_readme_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [name for name in named if not (HOUSE / name).exists()] == []


def test_the_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (HOUSE / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^    make (\w+)", README, re.MULTILINE))

    assert named == {"run", "test"}
    assert named <= targets
