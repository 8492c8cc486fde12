"""`kickstand token` and `kickstand partner-key` print what a server lets in, and nothing else."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import httpx
import pytest

from server import credentials
from server.settings import read
from server.wiring import wire
from tests.make import Fleet, Make
from tests.server.command import Said

Ask: TypeAlias = Callable[..., Any]


@pytest.fixture
async def fleets(make: Make) -> list[Fleet]:
    return [await make.fleet() for _ in range(3)]


@pytest.fixture
async def customer_id(fleet: Fleet) -> str:
    return await fleet.customer()


@pytest.fixture
def ask(own: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks the server that `dev` would start, with a credential."""
    for name, value in own.items():
        monkeypatch.setenv(name, value)

    async def answer(credential: str, body: dict[str, Any]) -> Any:
        settings = read()
        app = wire(settings, own["DATABASE_URL"], credentials.development(settings))
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://kickstand") as client,
        ):
            headers = {"Authorization": f"Bearer {credential}"}
            return (await client.post("/graphql", json=body, headers=headers)).json()["data"]

    def asked(credential: str, query: str, **variables: str) -> Any:
        return asyncio.run(answer(credential, {"query": query, "variables": variables}))

    return asked


def bare(said: tuple[object, str, str]) -> str:
    """The one word that a command prints, and nothing else."""
    code, printed, complaints = said
    assert (code, complaints) == (0, "")
    assert printed.split() == [printed.removesuffix("\n")]
    return printed.strip()


def test_a_printed_token_is_an_operators_with_this_role_for_these_fleets(
    said: Said, own: dict[str, str], ask: Ask, fleets: list[Fleet]
) -> None:
    named = [argument for fleet in fleets[:2] for argument in ("--subaccount", fleet.id)]

    token = bare(said("token", "--role", "VIEWER", *named, **own))

    viewer = ask(token, "{ viewer { kind operator { role subaccounts { id } } } }")["viewer"]
    reached = {fleet["id"] for fleet in viewer["operator"].pop("subaccounts")}
    assert viewer == {"kind": "OPERATOR", "operator": {"role": "VIEWER"}}
    assert reached == {fleet.id for fleet in fleets[:2]}


def test_without_fleets_a_printed_token_reaches_all_that_there_are(
    said: Said, own: dict[str, str], ask: Ask, fleets: list[Fleet]
) -> None:
    token = bare(said("token", "--role", "ADMIN", **own))

    question = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    named = [fleet.id for fleet in fleets]
    assert ask(token, question, ids=named) == {"nodes": [{"id": id} for id in named]}


def test_a_printed_token_is_the_rider_who_is_this_customer(
    said: Said, own: dict[str, str], ask: Ask, customer_id: str
) -> None:
    tokens = [bare(said("token", "--rider", customer_id, **own)) for _ in range(2)]

    for token in tokens:
        assert ask(token, "{ me { id } }") == {"me": {"id": customer_id}}


def test_a_printed_key_is_good_for_its_scopes_until_it_expires(
    said: Said, own: dict[str, str], ask: Ask, fleet: Fleet, customer_id: str
) -> None:
    wanted = ["--scope", "CUSTOMERS_READ", "--scope", "RIDES_READ", "--expires-in", "90m"]

    key = bare(said("partner-key", "--subaccount", fleet.id, *wanted, "--name", "Map", **own))

    page = "query($id: ID!) { customer(id: $id) { id wallet { __typename } } }"
    assert ask(key, page, id=customer_id) == {"customer": {"id": customer_id, "wallet": None}}
    own_key = "{ viewer { partnerKey { name prefix scopes createdAt expiresAt } } }"
    shown = ask(key, own_key)["viewer"]["partnerKey"]
    begins, ends = (datetime.fromisoformat(shown.pop(name)) for name in ("createdAt", "expiresAt"))
    assert shown == {"name": "Map", "prefix": key[:16], "scopes": ["CUSTOMERS_READ", "RIDES_READ"]}
    assert ends - begins == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["token", "--role", "ADMIN", "--subaccount", "sub_1"], "no fleet has the id sub_1"),
        (["token", "--rider", "cust_1"], "no customer has the id cust_1"),
        (["partner-key", "--scope", "WALLET_READ", "--subaccount", "sub_1"],
         "no fleet has the id sub_1"),
    ],
)  # fmt: skip
def test_nobody_signs_in_to_what_does_not_exist(
    said: Said, own: dict[str, str], arguments: list[str], complaint: str
) -> None:
    assert said(*arguments, **own) == (1, "", f"kickstand: {complaint}\n")
