"""`kickstand demo`: believable fleets and customers."""

from db.demo import Demo, DemoExistsError, load
from domain.access import CallerKind
from server.clock import clock
from server.database import database
from server.development import ISSUERS
from server.failure import Failure
from server.settings import Settings
from server.signals import Signals
from server.told import told


def demo(settings: Settings, customers: int, seed: int) -> str:
    """Load the demo, and say whom to look at."""
    with Signals() as signals, database(settings) as addresses, told():
        made = signals.run(load_demo(addresses.owner, customers, seed))
    return f"{customers} customers in {len(made.subaccount_ids)} fleets: see {made.customer_id}"


async def load_demo(owner: str, customers: int, seed: int) -> Demo:
    """The demo, whose people sign in with tokens of the development issuer."""
    try:
        return await load(
            owner,
            now=clock(),
            customers=customers,
            seed=seed,
            issuer=ISSUERS[CallerKind.OPERATOR],
            rider_issuer=ISSUERS[CallerKind.RIDER],
        )
    except DemoExistsError as error:
        raise Failure(str(error)) from error
