"""Ids as clients send them."""

from domain import ids
from domain.fault import BadUserInput
from domain.ids import Prefix


def id_of(text: str, *prefixes: Prefix) -> str:
    """An id of one of these kinds; BAD_USER_INPUT for a text that never was one.

    Well-formed and unknown, foreign or of another kind are all the same to a caller: no record.
    """
    if ids.prefix_of(text) is None:
        message = "This is no id."
        raise BadUserInput(message)
    return text if ids.prefix_of(text) in prefixes else NOWHERE


NOWHERE = ""
"""An id that names no record."""
