"""`kickstand token` and `kickstand partner-key`: credentials to sign in with."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from db.grant import Desk, desk
from domain.access import Role, Scope
from server import credentials
from server.database import database
from server.settings import Settings
from server.signals import Signals
from server.told import told


def operator_token(
    settings: Settings, role: Role, subaccount_ids: Sequence[str], lifetime: timedelta
) -> str:
    """A token of an operator with this role; one is made for it, if need be."""
    issuer = credentials.development(settings)
    return _at_desk(
        settings,
        lambda desk: credentials.operator_token(desk, issuer, role, subaccount_ids, lifetime),
    )


def rider_token(settings: Settings, customer_id: str, lifetime: timedelta) -> str:
    """A token of the rider who is this customer."""
    issuer = credentials.development(settings)
    return _at_desk(
        settings, lambda desk: credentials.rider_token(desk, issuer, customer_id, lifetime)
    )


def partner_key(
    settings: Settings, subaccount_id: str, scopes: Sequence[Scope], name: str, lifetime: timedelta
) -> str:
    """A partner's new key, of which only a hash is kept."""
    return _at_desk(
        settings, lambda desk: credentials.partner_key(desk, subaccount_id, scopes, name, lifetime)
    )


def _at_desk(settings: Settings, give: Callable[[Desk], Awaitable[str]]) -> str:
    async def given(owner: str) -> str:
        async with desk(owner) as opened:
            return await give(opened)

    with Signals() as signals, database(settings) as addresses, told():
        return signals.run(given(addresses.owner))
