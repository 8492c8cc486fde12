"""Which requests are GraphQL over HTTP, and what else a client is told."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from server import wire
from tests.server.door import GRAPHQL, TOKEN, House, asker, door, error, told
from tests.serving import serving

JSON = "application/json"
BODY = b'{"query": "{ hello }"}'
HELLO = {"data": {"hello": "Hello world"}}


@pytest.fixture
def client() -> httpx.AsyncClient:
    return asker(door(House()))


def bad(message: str) -> dict[str, object]:
    return {"errors": [error("BAD_USER_INPUT", message)]}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
async def test_graphql_is_asked_by_post(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/?query={hello}", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert told(answer) == bad("GraphQL is asked by POST.")


@pytest.mark.parametrize(
    "media",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
    ],
)
async def test_requests_are_json_in_utf_8(client: httpx.AsyncClient, media: str) -> None:
    answer = await client.post("/", content=BODY, headers={"Content-Type": media})

    assert (answer.status_code, answer.json()) == (200, HELLO)


@pytest.mark.parametrize(
    "media",
    [
        None,
        "text/plain",
        "text/plain; application/json",
        "application/json-patch+json",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
async def test_other_types_are_refused(client: httpx.AsyncClient, media: str | None) -> None:
    headers = {} if media is None else {"Content-Type": media}

    answer = await client.post("/", content=BODY, headers=headers)

    expected = bad("The request has to be application/json, in UTF-8.")
    assert (answer.status_code, told(answer)) == (415, expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The body is not JSON in UTF-8."),
        (b"{", "The body is not JSON in UTF-8."),
        (b'{"query": "{ hello }", "variables": {"n": NaN}}', "The body is not JSON in UTF-8."),
        (b'{"query": "{ hello }", "variables": {"n": 1e999}}', "The body is not JSON in UTF-8."),
        (b'{"query": "\xff"}', "The body is not JSON in UTF-8."),
        (b'{"query": "\\ud800"}', "The body is not JSON in UTF-8."),
        ('{"query": "{ hello }"}'.encode("utf-16"), "The body is not JSON in UTF-8."),
        (b"[" * 100_000, "The body is not JSON in UTF-8."),
        (b'{"query": "{ hello }", "a": ' + b"1" * 100_000 + b"}", "The body is not JSON in UTF-8."),
        (b"[%s]" % BODY, "The body has to be one object: requests come one at a time."),
        (b"7", "The body has to be one object: requests come one at a time."),
        (b"null", "The body has to be one object: requests come one at a time."),
        (b"{}", "The body has to have a query, as text."),
        (b'{"query": null}', "The body has to have a query, as text."),
        (b'{"query": ["{ hello }"]}', "The body has to have a query, as text."),
        (b'{"query": "{ hello }", "variables": []}', "The variables have to be an object."),
        (b'{"query": "{ hello }", "variables": "{}"}', "The variables have to be an object."),
        (b'{"query": "{ hello }", "operationName": 1}', "The operationName has to be text."),
        (
            b'{"query": "{ hello }", "variables": {"n": 9223372036854775808123}}',
            "The body is nested too deeply, or a number in it is too large.",
        ),
        (
            b'{"query": "{ hello }", "variables": ' + b'{"a":' * 32 + b"1" + b"}" * 32 + b"}",
            "The body is nested too deeply, or a number in it is too large.",
        ),
    ],
)
async def test_a_body_that_asks_for_nothing_is_refused(
    client: httpx.AsyncClient, content: bytes, message: str
) -> None:
    answer = await client.post("/", content=content, headers={"Content-Type": JSON})

    assert (answer.status_code, told(answer)) == (400, bad(message))


@pytest.mark.parametrize(
    "more",
    [
        {"variables": None, "operationName": None, "extensions": None},
        {"extensions": {"persistedQuery": {"version": 1}}, "id": 7},
        {"variables": {"n": 2**63 - 1, "f": -1.5e18, "deep": [[[[{"a": {}}]]]]}},
    ],
)
async def test_members_that_mean_nothing_here_are_let_be(
    client: httpx.AsyncClient, more: dict[str, object]
) -> None:
    answer = await client.post("/", json={"query": "{ hello }", **more})

    assert (answer.status_code, answer.json()) == (200, HELLO)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json; charset=utf-8, application/json; q=0.9", GRAPHQL),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("application/json, application/graphql-response+json;q=0.5", JSON),
        ("application/json;q=0.1, application/graphql-response+json;q=0.2", GRAPHQL),
        ("application/json;q=0, */*;q=0.1", GRAPHQL),
        ("application/graphql-response+json;q=0, */*", JSON),
        ("text/html, */*;q=0.8", JSON),
        ("APPLICATION/JSON", JSON),
        ("application/graphql-response+json, application/json, text/event-stream", GRAPHQL),
        ("text/event-stream, application/json;q=0.1", JSON),
    ],
)
async def test_the_client_chooses_the_type_of_the_answer(
    client: httpx.AsyncClient, accept: str, media: str
) -> None:
    answer = await client.post("/", json={"query": "{ hello }"}, headers={"Accept": accept})

    assert (answer.status_code, answer.json()) == (200, HELLO)
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/html", "text/event-stream", "*/*;q=0", "application/json;q=0", "json", ","]
)
async def test_no_other_type_of_answer_is_given(client: httpx.AsyncClient, accept: str) -> None:
    answer = await client.post("/", json={"query": "{ hello }"}, headers={"Accept": accept})

    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert told(answer) == bad("Answers are application/graphql-response+json or application/json.")


async def test_a_body_may_have_256_kilobytes_and_no_more() -> None:
    house = House()
    async with serving(door(house)) as address, httpx.AsyncClient() as client:

        async def chunks(size: int) -> AsyncIterator[bytes]:
            yield BODY
            yield b" " * (size - len(BODY))

        headers = {"Authorization": TOKEN, "Content-Type": JSON}
        fits, whole, chunked = [
            await client.post(address, content=content, headers=headers)
            for content in (
                BODY + b" " * (262_144 - len(BODY)),
                BODY + b" " * (262_145 - len(BODY)),
                chunks(3_000_000),
            )
        ]

    assert (fits.status_code, fits.json()) == (200, HELLO)
    for answer in (whole, chunked):
        assert (answer.status_code, told(answer)) == (413, bad("The body may have 262144 bytes."))


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.05)
    async with serving(door(House())) as address:
        answer = await raw(address, b"Content-Length: 100\r\n\r\n{")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"The body has to arrive within 0.05 seconds." in body


async def test_a_client_that_leaves_amid_its_body_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(door(House())) as address:
        await raw(address, b"Content-Length: 100\r\n\r\n{", leave=True)
        await raw(address, b"Content-Length: 2\r\n\r\n{}")

    assert caplog.records == []


async def raw(address: str, rest: bytes, *, leave: bool = False) -> bytes:
    """What comes back on a connection of its own for the rest of a request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
    start = f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\nConnection: close\r\n"
    writer.write(f"{start}Content-Type: {JSON}\r\n".encode() + rest)
    await writer.drain()
    answer = b"" if leave else await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return answer
