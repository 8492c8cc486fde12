"""The API as its clients see it: HTTP in, JSON out."""

import json
from typing import Any

import httpx

from tests.make import Who


class Api:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def answer(self, who: Who | None, document: str, **variables: Any) -> httpx.Response:
        headers = {} if who is None else {"Authorization": f"Bearer {who.token}"}
        # Escaped, so that halves of surrogate pairs can be sent too.
        body = json.dumps({"query": document, "variables": variables}, allow_nan=False)
        headers["Content-Type"] = "application/json"
        return await self.client.post("/graphql", content=body, headers=headers)

    async def ask(self, who: Who | None, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer: data and errors."""
        answer: dict[str, Any] = (await self.answer(who, document, **variables)).json()
        return answer

    async def get(self, who: Who | None, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        answer = await self.ask(who, document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


def codes(answer: dict[str, Any]) -> list[tuple[list[Any] | None, str]]:
    """Where an answer has errors, and their codes."""
    errors = answer.get("errors", [])
    return [(error.get("path"), error["extensions"]["code"]) for error in errors]
