"""Credentials before the real database: who each stands for, at this very moment."""

import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from starlette.requests import HTTPConnection

from db.engine import Engine
from domain.access import Caller, CallerKind, Operator, Partner, Rider, Role, Scope
from domain.fault import BadUserInput, Unauthenticated
from server.authenticate import Authenticator
from server.development import KEY_FILE, OPERATORS, RIDERS, Development
from tests.make import Fleet, Make

HOUR = timedelta(hours=1)
SignIn: TypeAlias = Callable[..., Awaitable[Caller]]


def now() -> datetime:
    return datetime.now(UTC)


def request(*headers: tuple[str, str]) -> HTTPConnection:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    return HTTPConnection({"type": "http", "headers": raw})


@pytest.fixture
def sign_in(engine: Engine, make: Make) -> SignIn:
    """Signs in with a credential, and other headers as they are named."""
    authenticate = Authenticator(engine, make.issuer.issuers, now)

    async def sign_in(credential: str, **headers: str) -> Caller:
        more = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return await authenticate(request(("Authorization", f"Bearer {credential}"), *more))

    return sign_in


async def test_an_operator_has_the_role_and_fleets_of_the_database(
    make: Make, fleet: Fleet, sign_in: SignIn
) -> None:
    other = await make.fleet()
    await make.fleet()
    who = await make.operator(fleet, other, role=Role.ANALYST)

    caller = await sign_in(who.token)

    fleets = tuple(sorted([fleet.id, other.id]))
    assert caller == Operator(who.id, Role.ANALYST, fleets, "en-US")


async def test_a_super_admin_has_every_fleet(make: Make, fleet: Fleet, sign_in: SignIn) -> None:
    who = await make.operator(role=Role.SUPER_ADMIN)

    before = await sign_in(who.token)
    newer = await make.fleet()
    after = await sign_in(who.token)

    assert fleet.id in before.reach.subaccounts
    assert {*after.reach.subaccounts} - {*before.reach.subaccounts} == {newer.id}


@pytest.mark.rule("ROL-6")
async def test_a_change_of_role_takes_effect_at_the_next_request(
    fleet: Fleet, sign_in: SignIn, store: asyncpg.Pool
) -> None:
    who = await fleet.operator(Role.ADMIN)
    before = await sign_in(who.token)

    await store.execute("UPDATE operator SET role = 'VIEWER' WHERE id = $1", who.id)
    await store.execute("DELETE FROM operator_assignment WHERE operator_id = $1", who.id)
    after = await sign_in(who.token)
    await store.execute("DELETE FROM operator WHERE id = $1", who.id)

    assert before == Operator(who.id, Role.ADMIN, (fleet.id,), "en-US")
    assert after == Operator(who.id, Role.VIEWER, (), "en-US")
    with pytest.raises(Unauthenticated):
        await sign_in(who.token)


async def test_an_operator_is_no_rider_and_a_rider_no_operator(
    make: Make, fleet: Fleet, sign_in: SignIn
) -> None:
    operator = await fleet.operator()
    rider = await fleet.rider(await fleet.customer())

    swapped = make.issuer.mint(CallerKind.RIDER, operator.id, HOUR)

    assert await sign_in(swapped) == Rider(RIDERS, operator.id)
    with pytest.raises(Unauthenticated):
        await sign_in(make.issuer.mint(CallerKind.OPERATOR, rider.id, HOUR))


async def test_a_rider_is_the_customer_that_it_signed_up_as(fleet: Fleet, sign_in: SignIn) -> None:
    customer = await fleet.customer()
    who = await fleet.rider(customer)

    expected = Rider(RIDERS, customer, customer, fleet.id)

    assert await sign_in(who.token) == expected
    assert await sign_in(who.token, X_Subaccount_Id=fleet.id) == expected


async def test_a_rider_is_nobodys_customer_before_signing_up(
    make: Make, fleet: Fleet, sign_in: SignIn
) -> None:
    stranger = make.issuer.mint(CallerKind.RIDER, "new|1", HOUR)
    elsewhere = await fleet.rider(await fleet.customer())
    other = await make.fleet()

    assert await sign_in(stranger) == Rider(RIDERS, "new|1")
    assert await sign_in(elsewhere.token, X_Subaccount_Id=other.id) == Rider(RIDERS, elsewhere.id)
    assert await sign_in(elsewhere.token, X_Subaccount_Id="none") == Rider(RIDERS, elsewhere.id)


async def test_a_deleted_rider_is_believed_no_more(fleet: Fleet, sign_in: SignIn) -> None:
    who = await fleet.rider(await fleet.customer(deleted_at=now()))

    for headers in ({}, {"X_Subaccount_Id": fleet.id}, {"X_Subaccount_Id": "sub_other"}):
        with pytest.raises(Unauthenticated):
            await sign_in(who.token, **headers)


async def test_a_rider_of_several_fleets_names_one(make: Make, sign_in: SignIn) -> None:
    fleets = [await make.fleet() for _ in range(3)]
    customers = [await each.customer() for each in fleets[:2]]
    customers.append(await fleets[2].customer(deleted_at=now()))
    for each, customer in zip(fleets, customers, strict=True):
        await each.row("rider", issuer=RIDERS, subject=customers[0], customer_id=customer)
    token = make.issuer.mint(CallerKind.RIDER, customers[0], HOUR)

    second = await sign_in(token, X_Subaccount_Id=fleets[1].id)

    assert second == Rider(RIDERS, customers[0], customers[1], fleets[1].id)
    with pytest.raises(BadUserInput, match="X-Subaccount-Id"):
        await sign_in(token)
    with pytest.raises(Unauthenticated):
        await sign_in(token, X_Subaccount_Id=fleets[2].id)


async def test_a_fleet_that_deleted_a_rider_is_no_choice(make: Make, sign_in: SignIn) -> None:
    left, joined = await make.fleet(), await make.fleet()
    customer, gone = await joined.customer(), await left.customer(deleted_at=now())
    await left.row("rider", issuer=RIDERS, subject=customer, customer_id=gone)
    who = await joined.rider(customer)

    caller = await sign_in(who.token)

    assert caller == Rider(RIDERS, customer, customer, joined.id)


async def test_a_partner_signs_in_with_its_key_in_either_header(
    engine: Engine, make: Make, fleet: Fleet
) -> None:
    scopes = {Scope.RIDES_READ, Scope.WALLET_READ}
    who = await fleet.partner(*sorted(scopes), expires_at=now() + HOUR)
    authenticate = Authenticator(engine, make.issuer.issuers, now)
    bearer, api_key = ("Authorization", f"bearer  {who.token}"), ("X-Api-Key", who.token)

    callers = [
        await authenticate(request(bearer)),
        await authenticate(request(api_key)),
        await authenticate(request(bearer, api_key)),
    ]

    assert callers == [Partner(who.id, frozenset(scopes), fleet.id)] * 3


async def test_two_different_credentials_are_nobodys(
    engine: Engine, make: Make, fleet: Fleet
) -> None:
    keys = [(await fleet.partner(Scope.RIDES_READ)).token for _ in range(2)]
    operator = (await fleet.operator()).token
    authenticate = Authenticator(engine, make.issuer.issuers, now)
    bearer = "Authorization", f"Bearer {keys[0]}"

    for other in (("X-Api-Key", keys[1]), ("Authorization", f"Bearer {operator}")):
        with pytest.raises(Unauthenticated):
            await authenticate(request(bearer, other))


@pytest.mark.rule("ROL-6")
async def test_a_key_is_good_until_it_is_revoked_or_expires(
    fleet: Fleet, sign_in: SignIn, store: asyncpg.Pool
) -> None:
    who = await fleet.partner(Scope.RIDES_READ)
    expired = await fleet.partner(Scope.RIDES_READ, expires_at=now())
    await sign_in(who.token)

    await store.execute("UPDATE partner_key SET revoked_at = now() WHERE id = $1", who.id)

    for key in (who, expired):
        with pytest.raises(Unauthenticated):
            await sign_in(key.token)


async def test_only_the_whole_secret_opens(fleet: Fleet, sign_in: SignIn) -> None:
    who, other = await fleet.partner(), await fleet.partner(secret_hash=bytes(32))
    start, secret = who.token[:31], who.token[31:]

    false = [
        start + secret[:-1],
        start + secret + "s",
        start + "t" * len(secret),
        start.upper() + secret,
        f"kst_{other.id.removeprefix('key_')}_{secret}",
        f"kst_{'0' * 26}_{secret}",
    ]

    for key in false:
        with pytest.raises(Unauthenticated):
            await sign_in(key)


async def test_the_development_key_is_made_once_and_for_its_owner_alone(
    tmp_path: Path, fleet: Fleet, engine: Engine
) -> None:
    who, folder = await fleet.operator(), tmp_path / "new" / "data"

    first, second = Development(folder, now), Development(folder, now)

    authenticate = Authenticator(engine, second.issuers, now)
    token = first.mint(CallerKind.OPERATOR, who.id, HOUR)
    caller = await authenticate(request(("Authorization", f"Bearer {token}")))
    assert caller == Operator(who.id, Role.ADMIN, (fleet.id,), "en-US")
    assert [issuer.name for issuer in second.issuers] == [OPERATORS, RIDERS]
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", ["", "{}", '{"keys": []}', '{"keys": [{"kty": "EC"}]}', "[]"])
def test_a_broken_development_key_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)

    with pytest.raises(ValueError, match=KEY_FILE):
        Development(tmp_path, now)
