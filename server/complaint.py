"""What is wrong with something that a person wrote, in lines that say where."""

from pydantic import ValidationError

WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "model_type": "should be a mapping of names to values",
    "tuple_type": "should be a list",
    "list_type": "should be a list",
}
"""For the kinds of error that pydantic words for programmers."""


def complaints(error: ValidationError) -> list[tuple[str, str]]:
    """Where and what, for each error. What was written is not repeated: it may be a secret."""
    return [
        (path(*found["loc"]), WORDS.get(found["type"]) or _reason(found["msg"]))
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def path(*steps: str | int) -> str:
    """As in fleets[0].policy.unlock_fee."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(parts).removeprefix(".")


def _reason(message: str) -> str:
    """Pydantic's own words, without the subject that the path already is."""
    for opening in ("Value error, ", "Input ", "String ", "List "):
        message = message.removeprefix(opening)
    return message
