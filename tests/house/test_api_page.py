"""docs/api.md keeps its word: every document on it runs, and answers in the shape that it shows."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.access import Role, Scope
from tests.api import Api
from tests.demo import DemoFleet
from tests.make import Fleet, Who

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs" / "api.md").read_text()
FENCED = re.compile(r"^```(graphql|json) (\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LITERAL = {"code", "field", "path", "replayed"}
"""What a client's program depends on: it has to be as the page shows it."""
BALANCE = "SELECT balance FROM account WHERE customer_id = $1 AND kind = 'BALANCE'"
SCOPES = (Scope.CUSTOMERS_READ, Scope.WALLET_READ, Scope.WALLET_WRITE)


@dataclass(frozen=True)
class Example:
    """A document of the page, who asks it with which variables, and the answer that is shown."""

    who: str
    document: str
    variables: dict[str, Any]
    answer: dict[str, Any]

    @property
    def name(self) -> str:
        return self.document.split()[1].partition("(")[0]


def examples() -> Iterator[Example]:
    """One for each answer: a document, or its variables, may be used for several."""
    who, document = "", ""
    variables: dict[str, Any] = {}
    for language, word, text in FENCED.findall(PAGE):
        if language == "graphql":
            who, document, variables = word, text, {}
        elif word == "variables":
            variables = json.loads(text)
        else:
            yield Example(who, document, variables, json.loads(text))


def located(value: Any, places: Mapping[str, str]) -> Any:
    """Variables with this run's ids and cursors for those that the page shows."""
    if isinstance(value, dict):
        return {key: places.get(key) or located(item, places) for key, item in value.items()}
    return places.get(str(value).partition("_")[0], value)


def end_cursors(value: Any) -> Iterator[str]:
    for key, item in value.items() if isinstance(value, dict) else ():
        if key == "endCursor":
            yield item
        yield from end_cursors(item)


def differences(shown: Any, real: Any, path: str) -> Iterator[str]:
    """Where an answer has other fields, or values of another type; null fits where it may be."""
    literal = path.rpartition(".")[2] in LITERAL
    if literal and shown != real:
        yield f"{path}: {shown} is not {real}"
    elif literal or shown is None or real is None:
        return
    elif type(shown) is not type(real) or outline(shown) != outline(real):
        yield f"{path}: {outline(shown)} is not {outline(real)}"
    elif isinstance(shown, dict):
        for key, item in shown.items():
            yield from differences(item, real[key], f"{path}.{key}")
    elif isinstance(shown, list):
        for one, other in zip(shown, real, strict=False):
            yield from differences(one, other, path)


def outline(value: Any) -> object:
    """The fields of an object, and whether a list has any row."""
    if isinstance(value, dict):
        return [*value]
    return bool(value) if isinstance(value, list) else type(value).__name__


async def untold(
    api: Api, people: Mapping[str, Who], places: dict[str, str], examples: Sequence[Example]
) -> list[str]:
    """How the answers differ from those that the page shows."""
    found: list[str] = []
    for example in examples:
        variables = located(example.variables, places)
        answer = await api.ask(people[example.who], example.document, **variables)
        for cursor in end_cursors(answer):
            places["after"] = cursor
        found += differences(example.answer, answer, example.name)
    return found


EXAMPLES = [*examples()]
WRITES = [example for example in EXAMPLES if example.document.startswith("mutation")]
READS = [example for example in EXAMPLES if example not in WRITES]


def test_every_document_of_the_page_is_run() -> None:
    fences = re.findall(r"^```(?:graphql|json)\b", PAGE, re.MULTILINE)

    assert len(fences) == len(FENCED.findall(PAGE))
    assert PAGE.count("```graphql") == len({example.document for example in EXAMPLES})


async def test_the_queries_of_the_page_answer_as_it_shows(demo_api: Api, demo: DemoFleet) -> None:
    people = {
        "operator": demo.operator(Role.SUPER_ADMIN),
        "analyst": demo.operator(Role.ANALYST),
        "partner": await demo.fleet.partner(*SCOPES),
    }
    places = {"cust": demo.customer_id, "sub": demo.fleet.id}

    assert await untold(demo_api, people, places, READS) == []


async def test_the_mutations_of_the_page_answer_as_it_shows(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(balance=3422)
    people = {"partner": await fleet.partner(*SCOPES), "operator": await fleet.operator()}

    assert await untold(api, people, {"cust": customer}, WRITES) == []
    assert await fleet.make.store.fetchval(BALANCE, customer) == 3422 + 500
