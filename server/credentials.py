"""Making credentials, and in the database what gives them a meaning."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from db.grant import Desk, NewKey, NewOperator
from domain import ids
from domain.access import CallerKind, Role, Scope
from domain.ids import Prefix
from domain.partner import KEY_PREFIX
from server.clock import clock
from server.development import ISSUERS, Development
from server.failure import Failure
from server.fixed_ids import fixed_id
from server.settings import Settings

RATE_LIMIT_PER_MINUTE = 600
SECRET_BYTES = 32
SHOWN_CHARACTERS = 16
"""Of a key, for recognition; its secret begins later."""


def development(settings: Settings) -> Development:
    """The development issuer, whose key is in the data folder."""
    folder = settings.data.absolute()
    try:
        return Development(folder, clock)
    except (OSError, ValueError) as error:
        message = f"the key in {folder} cannot be used: {error}"
        raise Failure(message) from error


async def operator_token(
    desk: Desk,
    development: Development,
    role: Role,
    subaccount_ids: Sequence[str],
    lifetime: timedelta,
) -> str:
    """A token of an operator with this role for these fleets.

    Where none is named, it is the demo's operator of this role; without a demo, one for all fleets.
    """
    issuer = ISSUERS[CallerKind.OPERATOR]
    if not subaccount_ids and await desk.knows(issuer, role.value):
        return development.mint(CallerKind.OPERATOR, role.value, lifetime)
    fleets = subaccount_ids or await desk.fleets()
    assigned = [] if role is Role.SUPER_ADMIN else sorted({*fleets})
    id = fixed_id(Prefix.OPERATOR, role, *assigned)
    operator = NewOperator(
        id=id,
        issuer=issuer,
        name=role.replace("_", " ").title(),
        email=f"{role.lower().replace('_', '-')}@kickstand.invalid",
        role=role,
    )
    await desk.appoint(operator, assigned)
    return development.mint(CallerKind.OPERATOR, id, lifetime)


async def rider_token(
    desk: Desk, development: Development, customer_id: str, lifetime: timedelta
) -> str:
    """A token of the rider who is this customer."""
    subject = await desk.bind(ISSUERS[CallerKind.RIDER], customer_id)
    return development.mint(CallerKind.RIDER, subject, lifetime)


async def partner_key(
    desk: Desk,
    subaccount_id: str,
    scopes: Sequence[Scope],
    name: str,
    lifetime: timedelta,
    *,
    replacing: bool = False,
) -> str:
    """A partner's new key; with `replacing`, the one before of this name is no longer good."""
    now = clock()
    id = ids.new(Prefix.PARTNER_KEY, now)
    if replacing:
        id = fixed_id(Prefix.PARTNER_KEY, subaccount_id, name)
    secret = token_urlsafe(SECRET_BYTES)
    key = f"{KEY_PREFIX}_{id.removeprefix(Prefix.PARTNER_KEY + '_')}_{secret}"
    kept = NewKey(
        subaccount_id=subaccount_id,
        id=id,
        name=name,
        prefix=key[:SHOWN_CHARACTERS],
        secret_hash=sha256(secret.encode()).digest(),
        scopes=sorted({*scopes}),
        rate_limit_per_minute=RATE_LIMIT_PER_MINUTE,
        expires_at=now + lifetime,
        created_at=now,
    )
    await desk.keep_key(kept)
    return key
