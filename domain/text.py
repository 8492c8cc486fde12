"""Words that people write."""

import re

from domain.refusal import Code, Refusal

NOTE_CHARACTERS_MAX = 500
KEY_CHARACTERS_MAX = 255
REFERENCE_CHARACTERS_MAX = 255
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL takes no NUL, and UTF-8 no half of a surrogate pair."""


def unreadable(text: str, field: str, limit: int = NOTE_CHARACTERS_MAX) -> Refusal | None:
    """Why a text cannot be kept."""
    fits = len(text) <= limit and not UNKEEPABLE.search(text)
    return None if fits else Refusal(Code.INVALID_INPUT, field)


def said(text: str | None) -> str | None:
    """A text as it was written; None where there is nothing to read in it."""
    return text if text and text.strip() else None


def unsaid(text: str, field: str) -> Refusal | None:
    """Why words that have to say why do not: REASON_REQUIRED where there are none."""
    return unreadable(text, field) if said(text) else Refusal(Code.REASON_REQUIRED, field)


def unwritten(text: str, field: str, limit: int) -> Refusal | None:
    """Why a text that has to be there is none: blank, too long, or not to be kept."""
    return unreadable(text, field, limit) if said(text) else Refusal(Code.INVALID_INPUT, field)


def unusable_key(key: str) -> Refusal | None:
    """Why a text cannot be an idempotency key: 1 to 255 characters (WAL-8)."""
    if key:
        return unreadable(key, "idempotency_key", KEY_CHARACTERS_MAX)
    return Refusal(Code.INVALID_INPUT, "idempotency_key")
