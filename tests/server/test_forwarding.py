"""A request comes from where trusted proxies say, and from nowhere that its sender says."""

from ipaddress import ip_network

import httpx
import pytest

from db.embedded import Addresses
from domain.access import Scope
from server.forwarding import Network
from server.settings import read
from server.wiring import wire
from tests.make import Fleet
from tests.server.door import GRAPHQL, TOKEN, House, door

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))

NOTE = """mutation ($id: ID!) {
  addCustomerNote(input: {customerId: $id, text: "Called us"}) { userErrors { code } } }"""


async def heard(client: str, headers: list[str], trusted: tuple[Network, ...]) -> str | None:
    """The address that a request of this client is taken to come from."""
    house = House()
    transport = httpx.ASGITransport(door(house, trusted_proxies=trusted), client=(client, 1234))
    sent = [("authorization", TOKEN), ("accept", GRAPHQL)]
    sent += [("x-forwarded-for", each) for each in headers]
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as asker:
        await asker.post("/", json={"query": "{ hello }"}, headers=sent)
    return house.pages[0].origin.ip_address


@pytest.mark.parametrize(
    ("client", "headers", "address"),
    [
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["8.8.8.8, 198.51.100.7, 10.2.2.2"], "198.51.100.7"),
        ("10.0.0.1", ["8.8.8.8", "198.51.100.7", "10.2.2.2"], "198.51.100.7"),
        ("10.0.0.1", ["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ("10.0.0.1", ["198.51.100.7, unknown, 10.2.2.2"], "10.2.2.2"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2a00::1]:4711"], "2a00::1"),
        ("10.0.0.1", ["2A00:0::1"], "2a00::1"),
        ("2001:db8::1", ["198.51.100.7"], "198.51.100.7"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", [", ".join(["8.8.8.8", *["10.2.2.2"] * 40])], "10.2.2.2"),
        ("10.0.0.1", ["x" * 5000], "10.0.0.1"),
        ("testclient", ["198.51.100.7"], None),
    ],
)
async def test_the_nearest_address_that_is_no_trusted_proxy_counts(
    client: str, headers: list[str], address: str | None
) -> None:
    assert await heard(client, headers, PROXIES) == address


async def test_without_trusted_proxies_no_header_counts() -> None:
    assert await heard("10.0.0.1", ["198.51.100.7"], ()) == "10.0.0.1"


@pytest.mark.rule("LOC-1")
@pytest.mark.parametrize(("trusted", "address"), [("10.0.0.0/8", "198.51.100.7"), ("", "10.0.0.1")])
async def test_the_setting_decides_what_the_trail_keeps(
    fleet: Fleet, database: Addresses, monkeypatch: pytest.MonkeyPatch, trusted: str, address: str
) -> None:
    monkeypatch.setenv("KICKSTAND_TRUSTED_PROXIES", trusted)
    customer, partner = await fleet.customer(), await fleet.partner(Scope.CUSTOMERS_WRITE)
    app = wire(read(), database.application)
    headers = {"x-api-key": partner.token, "x-forwarded-for": "8.8.8.8, 198.51.100.7"}
    asked = {"query": NOTE, "variables": {"id": customer}}

    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=("10.0.0.1", 1234)),
            base_url="http://kickstand",
        ) as client,
    ):
        answer = await client.post("/graphql", json=asked, headers=headers)

    assert answer.json() == {"data": {"addCustomerNote": {"userErrors": []}}}
    kept = await fleet.make.store.fetchval(
        "SELECT ip_address FROM audit_entry WHERE subaccount_id = $1", fleet.id
    )
    assert kept == address
