"""docs/configuration.md tells of every setting and every option, and of nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from server.cli import cli
from server.settings import PREFIX, Settings, TokenIssuer, variable

TEXT = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
CHAPTERS = dict(re.findall(r"^#{2,3} (.+)\n((?:(?!#{2,3} ).*\n)*)", TEXT, re.MULTILINE))
COMMANDS = {
    title.split("`")[1].split()[1]: chapter
    for title, chapter in CHAPTERS.items()
    if title.startswith("`kickstand ")
}


def rows(chapter: str) -> list[list[str]]:
    """The rows of a chapter's table without its head, and without marks of code."""
    lines = [line for line in chapter.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def options(name: str) -> list[click.Option]:
    return [each for each in cli.commands[name].params if isinstance(each, click.Option)]


def told(value: Any) -> str:
    """A default as the tables have it."""
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, default=str).strip('"')


def test_every_setting_is_told_with_its_default() -> None:
    settings = {
        variable(name): told(field.default) for name, field in Settings.model_fields.items()
    }

    assert {row[0]: row[1] for row in rows(CHAPTERS["Settings"])} == settings


def test_every_member_of_an_issuer_is_told() -> None:
    members = {
        name: "needed" if field.is_required() else told(field.default)
        for name, field in TokenIssuer.model_fields.items()
    }

    assert {row[0]: row[1] for row in rows(CHAPTERS["Issuers of tokens"])} == members


def test_every_command_is_told() -> None:
    assert sorted(COMMANDS) == sorted(cli.commands)


@pytest.mark.parametrize("name", cli.commands)
def test_every_option_is_told_with_its_variable(name: str) -> None:
    known = {(option.opts[0], option.envvar) for option in options(name)}

    assert {(row[0], row[1]) for row in rows(COMMANDS[name])} == known


@pytest.mark.parametrize("name", cli.commands)
def test_the_defaults_of_options_are_told(name: str) -> None:
    told_defaults = {row[0]: row[2] for row in rows(COMMANDS[name])}

    for option in options(name):
        if option.required:
            assert told_defaults[option.opts[0]] == "needed"
        elif option.show_default:
            assert told_defaults[option.opts[0]] == str(option.default)


def test_no_variable_and_no_option_is_told_that_does_not_exist() -> None:
    known = {variable(name) for name in Settings.model_fields} | {f"{PREFIX}DATABASE_URL"}
    known |= {str(option.envvar) for name in cli.commands for option in options(name)}
    flags = {option.opts[0] for name in cli.commands for option in options(name)}

    assert set(re.findall(r"\b(?:KICKSTAND_[A-Z_]+|DATABASE_URL)\b", TEXT)) == known
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", TEXT)) == flags
