"""Tests name rules that exist, and the rule book can be read by a machine."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
BOOK = (HOUSE / "docs" / "rules.md").read_text()
RULE = re.compile(r"^- ([A-Z]+)-(\d+) \S", re.MULTILINE)
CHAPTER = re.compile(r"^## ([A-Z, ]+): \S.*$", re.MULTILINE)

CODES = {f"{chapter}-{number}" for chapter, number in RULE.findall(BOOK)}


def named(source: str) -> list[str]:
    """The arguments of every `pytest.mark.rule(…)` of a file; one that is no text is its source."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    marks = [call for call in calls if ast.unparse(call.func).endswith("mark.rule")]
    arguments = [argument for mark in marks for argument in mark.args]
    return [
        argument.value
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        else ast.unparse(argument)
        for argument in arguments
    ]


def chapters() -> dict[str, str]:
    """The text of each chapter under the letters it announces: one code's, or `PHN, LOC`."""
    _, *parts = CHAPTER.split(BOOK)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_rule_stands_in_the_chapter_that_announces_it() -> None:
    announced = {letters: set(letters.split(", ")) for letters in chapters()}

    found = {title: {code for code, _ in RULE.findall(text)} for title, text in chapters().items()}

    assert found == announced


def test_no_two_rules_share_a_code() -> None:
    counted = Counter(RULE.findall(BOOK))

    assert [code for code, count in counted.items() if count > 1] == []


def test_every_rule_that_a_rule_refers_to_exists() -> None:
    letters = "|".join(", ".join(chapters()).split(", "))

    assert set(re.findall(rf"\b(?:{letters})-\d+\b", BOOK)) == CODES


def test_every_rule_that_a_test_names_exists() -> None:
    unknown = {
        (path.relative_to(HOUSE).as_posix(), code)
        for path in (HOUSE / "tests").rglob("*.py")
        for code in named(path.read_text())
        if code not in CODES
    }

    assert unknown == set()


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ('@pytest.mark.rule("WAL-4", "GEN-2")\ndef test_a(): ...', ["WAL-4", "GEN-2"]),
        ('pytest.param(1, marks=pytest.mark.rule("WAL-99"))', ["WAL-99"]),
        ("pytestmark = pytest.mark.rule(*CODES)", ["*CODES"]),
        ('pytest.mark.parametrize("WAL-4")', []),
    ],
)
def test_a_named_rule_is_found_wherever_the_mark_stands(source: str, codes: list[str]) -> None:
    assert named(source) == codes
