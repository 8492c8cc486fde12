"""What /graphql answers, over HTTP, whatever it is asked."""

import logging

import httpx
import pytest
from graphql import get_introspection_query
from starlette.requests import HTTPConnection

from domain.access import Client
from domain.fault import BadUserInput, Overloaded
from tests.server.door import ADA, GRAPHQL, House, asker, door, error, told

SIGN_IN = error("UNAUTHENTICATED", "Sign in first: the credential is missing, expired or false.")
BUSY = "The server is busy. Ask again in a moment."
JSON = {"Content-Type": "application/json"}
MASKED = "Something went wrong on our side. Ask again, with the same idempotency key."


@pytest.fixture
def house() -> House:
    return House()


async def ask(client: httpx.AsyncClient, query: str, **more: object) -> httpx.Response:
    return await client.post("/", json={"query": query, **more})


async def test_an_answer_names_its_request_and_gives_everything_back(house: House) -> None:
    client = asker(door(house))

    answer = await ask(client, "query Q($n: String!) { hello(name: $n) }", variables={"n": "Ada"})

    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "Hello Ada"}})
    assert answer.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    (page,) = house.pages
    assert page.ends == ["closed"]
    assert page.caller is ADA
    assert page.origin.request_id == answer.headers["x-request-id"]
    assert page.origin.request_id.startswith("req_")
    assert page.origin.ip_address == "127.0.0.1"


async def test_of_several_operations_the_named_one_is_executed(house: House) -> None:
    query = 'query A { hello(name: "A") } query B { hello(name: "B") } mutation C { act }'

    answer = await ask(asker(door(house)), query, operationName="B")

    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "Hello B"}})


SUM = "query ($of: [Number!]!) { sum(of: $of) }"


async def test_variables_are_what_their_types_say(house: House) -> None:
    client = asker(door(house, introspection=False))

    right = await ask(client, SUM, variables={"of": [{"value": 1}, {"value": 2}]})
    misspelt = await ask(client, SUM, variables={"of": [{"value": 1, "valu": 2}]})
    wrong = await ask(client, SUM, variables={"of": [{"value": "one"}] * 100})

    assert right.json() == {"data": {"sum": 3}}
    assert told(misspelt)["errors"][0]["message"] == (
        "Variable '$of' has invalid value at [0]: Expected value of type 'Number' not to include"
        " unknown field 'valu', found: {'value': 1, 'valu': 2}."
    )
    assert len(told(wrong)["errors"]) == 11


async def test_a_forbidden_field_leaves_the_rest_of_the_page(house: House) -> None:
    answer = await ask(asker(door(house)), "{ hello forbidden }")

    denied = error(
        "FORBIDDEN",
        "Your role or key does not allow this.",
        locations=[{"line": 1, "column": 9}],
        path=["forbidden"],
    )
    assert answer.status_code == 200
    assert told(answer) == {"data": {"hello": "Hello world", "forbidden": None}, "errors": [denied]}


async def test_what_was_executed_has_data_even_if_it_is_null(house: House) -> None:
    answer = await ask(asker(door(house)), "{ hello required }")

    assert answer.status_code == 200
    assert told(answer)["data"] is None
    assert house.pages[0].ends == ["closed"]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        (
            {"query": "{ hello"},
            error(
                "GRAPHQL_PARSE_FAILED",
                "Syntax Error: Expected Name, found <EOF>.",
                locations=[{"line": 1, "column": 8}],
            ),
        ),
        (
            {"query": "{ hallo }"},
            error(
                "GRAPHQL_VALIDATION_FAILED",
                "Cannot query field 'hallo' on type 'Query'. Did you mean 'hello'?",
                locations=[{"line": 1, "column": 3}],
            ),
        ),
        (
            {"query": "query A { hello } query B { hello }"},
            error(
                "GRAPHQL_VALIDATION_FAILED",
                "The operationName has to name one of the document's operations.",
            ),
        ),
        (
            {"query": "{ hello }", "operationName": "Other"},
            error(
                "GRAPHQL_VALIDATION_FAILED",
                "The operationName has to name one of the document's operations.",
            ),
        ),
        (
            {"query": "query ($n: String!) { hello(name: $n) }", "variables": {"n": None}},
            error(
                "BAD_USER_INPUT",
                "Variable '$n' has invalid value: Expected value of non-null type 'String!'"
                " not to be None.",
                locations=[{"line": 1, "column": 8}],
            ),
        ),
    ],
)
async def test_a_request_that_was_not_executed_has_no_data(
    house: House, body: dict[str, object], refused: dict[str, object]
) -> None:
    client = asker(door(house))

    newer = await client.post("/", json=body)
    older = await client.post("/", json=body, headers={"Accept": "application/json"})

    assert (newer.status_code, told(newer)) == (400, {"errors": [refused]})
    assert (older.status_code, told(older)) == (200, {"errors": [refused]})
    assert all(page.ends == ["closed"] for page in house.pages)


@pytest.mark.parametrize(
    "content", [b"no JSON", b'{"query": "{ hello"}', b'{"query": "{ __schema { __typename } }"}']
)
async def test_without_a_credential_nothing_else_is_looked_at(house: House, content: bytes) -> None:
    client = asker(door(house))

    answer = await client.post("/", content=content, headers=JSON | {"Authorization": "Bearer x"})

    assert (answer.status_code, told(answer)) == (401, {"errors": [SIGN_IN]})
    assert answer.headers["www-authenticate"] == "Bearer"
    assert house.pages == []


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        '{ a: __type(name: "Node") { name } __typename }',
        "{ ...Own } fragment Own on Query { __schema { queryType { name } } }",
    ],
)
async def test_the_schema_alone_is_open_to_anybody_where_that_is_allowed(
    house: House, query: str
) -> None:
    client = asker(door(house, open_introspection=True))
    del client.headers["Authorization"]

    answer = await ask(client, query)

    assert answer.status_code == 200
    assert list(answer.json()) == ["data"]
    assert house.pages == []


async def test_a_false_credential_is_told_even_where_none_is_needed(house: House) -> None:
    client = asker(door(house, open_introspection=True))
    client.headers["Authorization"] = "Bearer expired"

    answer = await ask(client, "{ __typename }")

    assert (answer.status_code, told(answer)) == (401, {"errors": [SIGN_IN]})


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename hello }",
        "{ ... { hello } }",
        "{ __typename ...More } fragment More on Query { node { name } }",
        "query A { __typename } query B { hello }",
        "mutation { act }",
        "{ hallo }",
        "{",
        "fragment F on Query { __typename }",
    ],
)
async def test_whoever_asks_for_more_than_the_schema_has_to_sign_in(
    house: House, query: str
) -> None:
    client = asker(door(house, open_introspection=True))
    del client.headers["Authorization"]

    answer = await ask(client, query, operationName="A" if "query A" in query else None)

    assert (answer.status_code, told(answer)) == (401, {"errors": [SIGN_IN]})
    assert house.pages == []


async def test_without_introspection_nobody_learns_what_else_there_is(house: House) -> None:
    client = asker(door(house, introspection=False, open_introspection=True))

    asked = await ask(client, "{ __schema { types { name } } }")
    guessed = await ask(client, "{ hallo }")
    del client.headers["Authorization"]
    stranger = await ask(client, "{ __schema { types { name } } }")

    assert [one["message"] for one in told(asked)["errors"]] == [
        f"GraphQL introspection has been disabled, but the requested query contained the field {f}."
        for f in ("'__schema'", "'types'")
    ]
    assert told(guessed)["errors"][0]["message"] == "Cannot query field 'hallo' on type 'Query'."
    assert (stranger.status_code, told(stranger)) == (401, {"errors": [SIGN_IN]})


async def test_a_full_house_is_told_with_when_to_come_back(house: House) -> None:
    async def full(_: HTTPConnection) -> Client:
        raise Overloaded

    at_the_door = await ask(asker(door(house, authenticate=full)), "{ hello }")
    nothing_left = await ask(asker(door(house)), "{ busy forbidden }")
    partly = await ask(asker(door(house)), "{ busy hello }")

    assert told(at_the_door) == {"errors": [error("OVERLOADED", BUSY)]}
    assert told(nothing_left)["data"] == {"busy": None, "forbidden": None}
    assert told(partly)["data"] == {"busy": None, "hello": "Hello world"}
    answers = [at_the_door, nothing_left, partly]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["1", "1", None]


async def test_a_credential_that_needs_a_choice_is_bad_input(house: House) -> None:
    async def unsure(_: HTTPConnection) -> Client:
        message = "Name one."
        raise BadUserInput(message)

    answer = await ask(asker(door(house, authenticate=unsure)), "{ hello }")

    told_off = {"errors": [error("BAD_USER_INPUT", "Name one.")]}
    assert (answer.status_code, told(answer)) == (400, told_off)


async def test_a_bug_is_masked_and_logged_without_anybodys_words(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    query = 'query Private($v: String!) { secret: bug(value: $v) other: bug(value: "+4912") }'

    answer = await ask(asker(door(house)), query, variables={"v": "ada@rider.example"})

    assert told(answer)["data"] == {"secret": None, "other": None}
    assert {(one["message"], one["extensions"]["code"]) for one in told(answer)["errors"]} == {
        (MASKED, "INTERNAL")
    }
    first, _ = [record.getMessage() for record in caplog.records]
    assert answer.headers["x-request-id"] in first
    assert "LookupError" in first
    assert "in bug" in first
    assert not any(word in caplog.text for word in ("Private", "ada@", "+4912", "cannot cope"))


@pytest.mark.parametrize("query", ["{ missing }", "{ odd }"])
async def test_a_broken_answer_is_a_bug_too(
    house: House, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(asker(door(house)), query)

    ((one,), codes) = told(answer)["errors"], [record.levelno for record in caplog.records]
    assert (one["message"], one["extensions"]) == (MASKED, {"code": "INTERNAL"})
    assert codes == [logging.ERROR]
    assert house.pages[0].ends == ["closed"]


async def test_a_bug_at_the_door_is_told_as_json(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: HTTPConnection) -> Client:
        raise ZeroDivisionError

    answer = await ask(asker(door(house, authenticate=broken)), "{ hello }")

    assert (answer.status_code, told(answer)) == (500, {"errors": [error("INTERNAL", MASKED)]})
    assert "ZeroDivisionError" in caplog.text
