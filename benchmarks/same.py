"""Whether both servers say the same: else nothing is measured."""

from collections.abc import Sequence
from itertools import zip_longest

import httpx

from benchmarks.pages import Request
from server.failure import Failure

TRIES = 20
AROUND = 60
"""Bytes that are shown before and after the first that differs."""


class Differs(Failure):
    """The first page of which the two servers say different things, and where."""


async def hold_same(
    product: httpx.AsyncClient,
    by_hand: httpx.AsyncClient,
    asked: Sequence[tuple[Request, Request]],
) -> int:
    """Compare the bodies of both servers' answers; gives how many bytes a page has on average."""
    sizes = []
    for of_product, of_hand in asked:
        sizes.append(await _same(product, by_hand, of_product, of_hand))
    return sum(sizes) // len(sizes)


async def _same(
    product: httpx.AsyncClient, by_hand: httpx.AsyncClient, of_product: Request, of_hand: Request
) -> int:
    """Between two equal answers of the product the other server has to say that, too.

    A ride under way costs more every minute and lasts longer every second; no clock is stopped.
    """
    for _ in range(TRIES):
        before = await of_product.answer(product)
        between = await of_hand.answer(by_hand)
        if before == await of_product.answer(product):
            break
    if before != between:
        raise Differs(_difference(of_hand.path, before, between))
    return len(between)


def _difference(path: str, product: bytes, by_hand: bytes) -> str:
    pairs = enumerate(zip_longest(product, by_hand))
    place = next(place for place, (one, other) in pairs if one != other)
    shown = slice(max(0, place - AROUND), place + AROUND)
    told = [body[shown].decode(errors="replace") for body in (product, by_hand)]
    return f"{path} differs at byte {place}:\n  product  {told[0]}\n  by hand  {told[1]}"
