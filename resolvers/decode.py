"""Ids and texts to look for, as clients send them."""

from collections.abc import Callable, Sequence
from typing import Any

from strawberry import UNSET

from domain import ids
from domain.fault import BadUserInput
from domain.ids import Prefix
from domain.text import UNKEEPABLE

SEARCH_CHARACTERS_MAX = 200
VALUES_MAX = 50
"""Of one member of a filter."""


def id_of(text: str, *prefixes: Prefix) -> str:
    """An id of one of these kinds; BAD_USER_INPUT for a text that never was one.

    Well-formed and unknown, foreign or of another kind are all the same to a caller: no record.
    """
    if ids.prefix_of(text) is None:
        message = "This is no id."
        raise BadUserInput(message)
    return text if ids.prefix_of(text) in prefixes else NOWHERE


def readable(text: str) -> str:
    """A text as it came; BAD_USER_INPUT for characters that no kept text has."""
    if UNKEEPABLE.search(text):
        message = "This holds characters that no text has."
        raise BadUserInput(message)
    return text


def search_of(text: str | None) -> str | None:
    """A text to look for, None where there is none; BAD_USER_INPUT where nothing could match."""
    if text is None:
        return None
    if len(text) > SEARCH_CHARACTERS_MAX:
        message = f"Search for {SEARCH_CHARACTERS_MAX} characters at most."
        raise BadUserInput(message)
    return readable(text).strip() or None


def several(values: Sequence[str] | None, read: Callable[[str], str]) -> tuple[str, ...] | None:
    """Each value of a list once, in the order of their coming; None where all are meant."""
    if values is None:
        return None
    if len(values) > VALUES_MAX:
        message = f"Name {VALUES_MAX} at most."
        raise BadUserInput(message)
    return tuple(dict.fromkeys(map(read, values)))


def given(input: object, *names: str) -> dict[str, Any]:
    """Those members of an input that the client wrote, null included (GEN-1)."""
    written = ((name, getattr(input, name)) for name in names)
    return {name: value for name, value in written if value is not UNSET}


NOWHERE = ""
"""An id that names no record."""
