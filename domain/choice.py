"""Words that the API chooses from, each with what it means."""

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """A few words of the trade: a member is written with its meaning, and cannot be without one."""

    meaning: str
    """One sentence for whoever reads the API."""

    def __new__(cls, word: str, meaning: str = "") -> Self:
        if not meaning:  # it has a default because type checkers read `Role("ADMIN")` as this call
            message = f"{word} is written without its meaning"
            raise TypeError(message)
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member
