"""The customers page: every order and tab against what Python makes of the rows."""

from itertools import cycle, product

import pytest

from tests.api import Api
from tests.crowd import Crowd
from tests.listed import DIRECTIONS, ORDERS, TABS, backward, forward, ordered


@pytest.mark.rule("LST-3", "LST-5")
async def test_every_order_pages_both_ways_and_in_the_tabs(shared_api: Api, crowd: Crowd) -> None:
    tabs = cycle(TABS[1:])

    for order, direction in product(ORDERS, DIRECTIONS):
        for tab in ("ALL", next(tabs), next(tabs), next(tabs)):
            inside = [one for one in crowd.people if one.in_tab(tab)]
            expected = ordered(inside, order, direction)
            asked = {"orderBy": {"field": order, "direction": direction}, "tab": tab}
            assert await forward(shared_api, crowd.clerk, crowd.fleet, 29, **asked) == expected, (
                asked
            )
            assert await backward(shared_api, crowd.clerk, crowd.fleet, 29, **asked) == expected, (
                asked
            )
