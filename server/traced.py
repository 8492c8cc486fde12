"""What a log tells of an exception."""

import traceback

CAUSES_MAX = 5


def traced(error: BaseException) -> str:
    """Where an exception comes from, and not what it says: that may hold somebody's data."""
    lines: list[str] = []
    cause: BaseException | None = error
    for _ in range(CAUSES_MAX):
        if cause is None:
            break
        lines += [type(cause).__qualname__, *traceback.format_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines)
