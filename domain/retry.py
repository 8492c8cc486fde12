"""How often, and after which wait, a job is tried again."""

from datetime import timedelta

TRIES_MAX = 20
CRASHES_MAX = 5
"""Of those who held a job: it may be what they die of."""
LONGEST_WAIT = timedelta(hours=1)


def wait_after(tries: int, chance: float, asked: timedelta = timedelta(0)) -> timedelta:
    """How long a job that failed so often rests: about 1, 2, 4 … seconds, an hour at most.

    `chance`, from 0 to 1, spreads jobs that failed together over the second half of that time.
    Where a service asked for a longer rest, it has that.
    """
    doubled = timedelta(seconds=2 ** min(tries - 1, 12))
    rest = min(doubled, LONGEST_WAIT) * (1 + chance) / 2
    return max(rest, min(asked, LONGEST_WAIT))
