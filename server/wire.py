"""What goes over HTTP: requests that are GraphQL's, and answers that are always JSON."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from domain.fault import BadUserInput

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
BODY_BYTES_MAX = 262_144
BODY_SECONDS = 10
NESTING_MAX = 32
NUMBER_MAX = 2**63
"""From here on JSON's numbers are read as floats, and lose their last digits."""

CONTENT_TYPE = re.compile(rf'{JSON}\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


class Misasked(BadUserInput):
    """A request that is not GraphQL over HTTP at all; it has a status of its own."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants executed."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None


def require_post(request: Request) -> None:
    if request.method != "POST":
        raise Misasked(405, "GraphQL is asked by POST.", {"Allow": "POST"})
    if not CONTENT_TYPE.fullmatch(request.headers.get("content-type", "")):
        raise Misasked(415, f"The request has to be {JSON}, in UTF-8.")


def accepted(headers: Headers) -> str:
    """The type of answer that a client likes best; other types that it names are let be.

    Who does not name the newer type may not know that its statuses mean something.
    """
    weights = _weights(",".join(headers.getlist("accept")) or JSON)

    def weight(media: str) -> float:
        fitting = (media, "application/*", "*/*")
        return next((weights[pattern] for pattern in fitting if pattern in weights), 0)

    newer, older = weight(GRAPHQL), weight(JSON)
    if not newer and not older:
        raise Misasked(406, f"Answers are {GRAPHQL} or {JSON}.")
    return GRAPHQL if newer > older or (newer == older and GRAPHQL in weights) else JSON


def _weights(accept: str) -> dict[str, float]:
    """The media ranges of an Accept header with their weights."""
    weights = {}
    for entry in accept.lower().split(","):
        media, *parameters = (part.strip() for part in entry.split(";"))
        asked = [WEIGHT.fullmatch(parameter) for parameter in parameters]
        weights[media] = next((float(found[1]) for found in asked if found), 1.0)
    return weights


async def read(request: Request) -> Asked:
    """What the body asks for; Misasked where it is none of ours."""
    content = await _content(request)
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Misasked(400, "The body is not JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise Misasked(400, "The body has to be one object: requests come one at a time.")
    if not _handy(body):
        raise Misasked(400, "The body is nested too deeply, or a number in it is too large.")
    query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(query, str):
        raise Misasked(400, "The body has to have a query, as text.")
    if not isinstance(variables, dict | None):
        raise Misasked(400, "The variables have to be an object.")
    if not isinstance(name, str | None):
        raise Misasked(400, "The operationName has to be text.")
    return Asked(query, variables or {}, name)


async def _content(request: Request) -> bytes:
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                content += chunk
                if len(content) > BODY_BYTES_MAX:
                    raise Misasked(413, f"The body may have {BODY_BYTES_MAX} bytes.")
    except TimeoutError:
        raise Misasked(408, f"The body has to arrive within {BODY_SECONDS} seconds.") from None
    return bytes(content)


def _handy(body: object) -> bool:
    """Whether parsed JSON stays within our bounds of nesting and numbers."""
    level = [body]
    for _ in range(NESTING_MAX):
        inner = [value for one in level for value in _members(one)]
        if any(isinstance(value, float) and abs(value) >= NUMBER_MAX for value in inner):
            return False
        level = [value for value in inner if isinstance(value, dict | list)]
        if not level:
            return True
    return False


def _members(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def answer(status: int, media: str, body: object, headers: Mapping[str, str]) -> Response:
    content_type = {"Content-Type": f"{media}; charset=utf-8"}
    return Response(orjson.dumps(body), status, {**headers, **content_type})
