"""`make bench`: the yardstick. What the product takes for a page, against the page by hand.

The data is loaded once and kept; every run asks two servers for the same pages, in turns.
"""

import click
import httpx

from benchmarks.ground import Ground, ground
from benchmarks.measure import Turn, turn, warm_up
from benchmarks.pages import PAGES, Page
from benchmarks.same import hold_same
from benchmarks.serve import LOOPBACK, SERVERS
from benchmarks.servers import Server, running
from benchmarks.table import Figures, Found, table
from benchmarks.trips import Trips, trips
from server import credentials
from server.cli import complain
from server.failure import Failure
from server.signals import Signals

ROUNDS = 5
CUSTOMERS = 100_000


@click.command()
@click.option("--customers", default=CUSTOMERS, show_default=True, help="In the kept database.")
@click.option("--rounds", default=ROUNDS, show_default=True, help="Of both servers, in turns.")
def main(customers: int, rounds: int) -> None:
    """Measure, and print the figures."""
    try:
        with Signals() as signals, ground(signals, customers) as prepared:
            signals.run(_measure(prepared, rounds))
    except Failure as error:
        complain(str(error), error.exit_code)


async def _measure(ground: Ground, rounds: int) -> None:
    async with running("product", ground) as product, running("by hand", ground) as by_hand:
        found = [await _figures(page, product, by_hand, ground, rounds) for page in PAGES]
    click.echo(f"\n{ground.description}; medians of {rounds} rounds.\n\n{table(found)}")


async def _figures(
    page: Page, product: Server, by_hand: Server, ground: Ground, rounds: int
) -> Figures:
    """All that is found of one page, once both servers are seen to say the same."""
    click.echo(f"{page.title} …")
    size = await _same(page, product, by_hand, ground)
    turns: dict[Server, list[Turn]] = {product: [], by_hand: []}
    for server in turns:
        await warm_up(server, page, ground)
    for _ in range(rounds):
        for server, own in turns.items():
            own.append(await turn(server, page, ground))
    found = {
        server.name: Found(own, await _trips(server, page, ground)) for server, own in turns.items()
    }
    return Figures(page.title, size, found)


async def _same(page: Page, product: Server, by_hand: Server, ground: Ground) -> int:
    asked = (page.requests(server.name, page.asked(ground)) for server in (product, by_hand))
    async with (
        httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{product.port}") as one,
        httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{by_hand.port}") as other,
    ):
        return await hold_same(one, other, [*zip(*asked, strict=True)])


async def _trips(server: Server, page: Page, ground: Ground) -> Trips:
    """Of a server like this one, in this process."""
    issuer = credentials.development(ground.settings)
    app = SERVERS[server.name](ground.settings, ground.addresses.application, issuer)
    return await trips(app, page.requests(server.name, page.asked(ground))[0])


if __name__ == "__main__":
    main()
