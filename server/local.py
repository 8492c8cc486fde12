"""The product as a developer has it: prepared, filled, with credentials, and served."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import click

from db.embedded import Addresses
from db.grant import Desk, desk
from db.revision import catch_up
from domain.access import CallerKind, Role, Scope
from server import credentials
from server.app import API, GRAPHIQL
from server.development import ISSUERS, Development
from server.process import run_server
from server.settings import Settings
from server.signals import Signals
from server.told import told
from server.wiring import wire

LIFETIME = timedelta(hours=12)
DRAIN_SECONDS = 3
SEED = 1
KEY_NAME = "Development"


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a developer starts with. The demo's customer is there as long as the demo is."""

    credentials: Mapping[str, str]
    customer_id: str | None

    def at(self, address: str) -> str:
        """All of it in aligned lines, for a server at this address."""
        found = [("token", self.credentials[Role.SUPER_ADMIN]), ("id", self.customer_id)]
        opened = "&".join(f"{name}={value}" for name, value in found if value)
        places = {
            "GraphiQL": f"{address}{GRAPHIQL}#{opened}",
            "API": f"{address}{API}",
            "customer": self.customer_id or "none: the demo is not in this database",
        }
        hours = LIFETIME // timedelta(hours=1)
        width = max(map(len, self.credentials))
        lines = [
            "Kickstand is running. Ctrl-C stops it.",
            "",
            *(f"  {name:<{width}}  {place}" for name, place in places.items()),
            "",
            f"  Authorization: Bearer … of one of these, for {hours} hours and only here:",
            "",
            *(f"  {name:<{width}}  {credential}" for name, credential in self.credentials.items()),
        ]
        return "\n".join(lines)


def attend(
    settings: Settings,
    addresses: Addresses,
    listener: socket.socket,
    signals: Signals,
    customers: int,
) -> None:
    """Prepare what is not there yet, say what there is, and serve until a signal comes."""
    issuer = credentials.development(settings)
    with told():
        welcome = signals.run(_welcome(addresses, issuer, customers))
    shown = settings.model_copy(update={"introspection": True})
    app = wire(shown, addresses.application, issuer)
    said = welcome.at(_address(*listener.getsockname()[:2]))
    signals.run(
        run_server(app, listener, drain_seconds=DRAIN_SECONDS, ready=lambda: click.echo(said))
    )


async def _welcome(addresses: Addresses, issuer: Development, customers: int) -> Welcome:
    """Bring the database to where a developer wants it, and make the credentials."""
    if await catch_up(addresses.owner, addresses.application):
        click.echo("Prepared the database.")
    async with desk(addresses.owner) as opened:
        empty = not await opened.fleets()
    if empty:
        from server.commands.demo import load_demo  # noqa: PLC0415  (a second start needs none)

        click.echo(f"Loading {customers} demo customers …")
        await load_demo(addresses.owner, customers, SEED)
    async with desk(addresses.owner) as opened:
        return await _credentials(opened, issuer)


async def _credentials(desk: Desk, issuer: Development) -> Welcome:
    """A token for each role, one for the demo's customer, and a key for its fleet."""
    made = {
        role.value: await credentials.operator_token(desk, issuer, role, (), LIFETIME)
        for role in Role
    }
    shown = await desk.shown(ISSUERS[CallerKind.RIDER])
    fleet_id, customer_id = shown or ((await desk.fleets())[0], None)
    if customer_id is not None:
        made["rider"] = await credentials.rider_token(desk, issuer, customer_id, LIFETIME)
    made["partner key"] = await credentials.partner_key(
        desk, fleet_id, [*Scope], KEY_NAME, LIFETIME, replacing=True
    )
    return Welcome(made, customer_id)


def _address(host: str, port: int) -> str:
    """How this machine reaches what listens there."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (nothing is bound)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
