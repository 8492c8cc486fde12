"""`kickstand demo`: believable fleets and customers."""

from collections.abc import Sequence

from db.demo import Demo, DemoExistsError, load
from domain.access import CallerKind
from server.clock import clock
from server.database import database
from server.development import ISSUERS
from server.failure import Failure
from server.settings import Settings
from server.signals import Signals
from server.told import told


def demo(settings: Settings, customers: int, seed: int, fleets: Sequence[str]) -> str:
    """Load the demo, and say whom to look at."""
    with Signals() as signals, database(settings) as addresses, told():
        made = signals.run(load_demo(addresses.owner, customers, seed, fleets))
    count = len(made.subaccount_ids)
    named = "one fleet" if count == 1 else f"{count} fleets"
    return f"{customers} customers in {named}: see {made.customer_id}"


async def load_demo(owner: str, customers: int, seed: int, fleets: Sequence[str] = ()) -> Demo:
    """The demo, whose people sign in with tokens of the development issuer."""
    try:
        return await load(
            owner,
            now=clock(),
            customers=customers,
            seed=seed,
            issuer=ISSUERS[CallerKind.OPERATOR],
            rider_issuer=ISSUERS[CallerKind.RIDER],
            fleets=fleets,
        )
    except DemoExistsError as error:
        raise Failure(str(error)) from error
