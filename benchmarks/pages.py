"""The pages that are measured, and how each is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx
import orjson

from benchmarks.ground import Ground
from server.app import API
from server.explorer import DOCUMENTS


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a page, in the way of one of the servers."""

    method: str
    path: str
    token: str
    body: bytes = b""

    @property
    def headers(self) -> Mapping[str, str]:
        asked = {"Host": "localhost", "Authorization": f"Bearer {self.token}"}
        if self.body:
            asked |= {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        return asked

    async def answer(self, http: httpx.AsyncClient) -> bytes:
        """The body that comes back; the request has to succeed."""
        answer = await http.request(self.method, self.path, content=self.body, headers=self.headers)
        answer.raise_for_status()
        return answer.content

    @property
    def wire(self) -> str:
        """All of it, as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", self.body.decode()])


@dataclass(frozen=True, slots=True)
class Page:
    """A ready document, its name by hand, and by which credential each of its ids is asked for."""

    title: str
    document: str
    by_hand: str
    asked: Callable[[Ground], Mapping[str, str]]

    def requests(self, server: str, asked: Mapping[str, str]) -> Sequence[Request]:
        """The same pages in the same order, of either server."""
        return [self._request(server, id, token) for id, token in asked.items()]

    def _request(self, server: str, id: str, token: str) -> Request:
        if server == "by hand":
            return Request("GET", f"/{self.by_hand}/{id}", token)
        query = (DOCUMENTS / self.document).read_text()
        variables = {"id": id} if "$id" in query else {}
        asked = {"query": query, "variables": variables}
        return Request("POST", API, token, orjson.dumps(asked))


def _customers(ground: Ground) -> Mapping[str, str]:
    return dict.fromkeys(ground.riders, ground.operator)


CUSTOMER_PAGE = Page("customer page", "customer-page.graphql", "customer_page", _customers)
CUSTOMERS_PAGE = Page(
    "customers page", "customers-page.graphql", "customers_page", lambda ground: ground.managers
)
LOYALTY_SCREEN = Page(
    "loyalty screen", "loyalty-screen.graphql", "loyalty_screen", lambda ground: ground.riders
)
PAGES = (CUSTOMER_PAGE, CUSTOMERS_PAGE, LOYALTY_SCREEN)
