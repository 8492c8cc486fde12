from typing import Generic, TypeVar

import strawberry

from schema.field import plain

T = TypeVar("T")


@strawberry.type(description="Whether a list goes on, and where a page of it begins and ends.")
class PageInfo:
    has_next_page: bool = plain("Whether more rows follow.")
    has_previous_page: bool = plain("Whether rows came before.")
    start_cursor: str | None = plain("The cursor of the first row; null on an empty page.")
    end_cursor: str | None = plain("The cursor of the last row; null on an empty page.")


@strawberry.type(description="A row of a list, and its place in it.")
class Edge(Generic[T]):
    cursor: str = plain("The place of the row in this list, and in no other.")
    node: T = plain("The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = plain("The rows, each with its cursor.")
    nodes: list[T] = plain("The rows alone.")
    page_info: PageInfo = plain("Whether the list goes on, and where.")
