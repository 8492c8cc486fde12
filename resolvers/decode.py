"""Ids and texts to look for, as clients send them."""

from domain import ids
from domain.fault import BadUserInput
from domain.ids import Prefix
from domain.text import UNKEEPABLE

SEARCH_CHARACTERS_MAX = 200


def id_of(text: str, *prefixes: Prefix) -> str:
    """An id of one of these kinds; BAD_USER_INPUT for a text that never was one.

    Well-formed and unknown, foreign or of another kind are all the same to a caller: no record.
    """
    if ids.prefix_of(text) is None:
        message = "This is no id."
        raise BadUserInput(message)
    return text if ids.prefix_of(text) in prefixes else NOWHERE


def search_of(text: str | None) -> str | None:
    """A text to look for; None where nothing is, BAD_USER_INPUT where no text holds it."""
    if text is None:
        return None
    if len(text) > SEARCH_CHARACTERS_MAX or UNKEEPABLE.search(text):
        message = f"A search has up to {SEARCH_CHARACTERS_MAX} characters, all of which texts have."
        raise BadUserInput(message)
    return text.strip() or None


NOWHERE = ""
"""An id that names no record."""
