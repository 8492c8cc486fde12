"""Where a request comes from, when proxies of ours stand in between (LOC-1)."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeAlias

from starlette.requests import HTTPConnection

from domain.location import address_of

Network: TypeAlias = IPv4Network | IPv6Network
HEADER = "x-forwarded-for"
HOPS_MAX = 20
"""More proxies than stand in a row anywhere; what comes before them is not looked at."""
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>[^:]+):\d+")


def client_address(connection: HTTPConnection, trusted: Sequence[Network]) -> str | None:
    """The address nearest to us that is no trusted proxy; None where nobody can say.

    Each proxy writes behind the others who it heard, so only what trusted ones wrote is read, from
    the right: a client may write in front whatever it likes.
    """
    nearest = address_of(connection.client.host) if connection.client else None
    if nearest is None or not _within(nearest, trusted):
        return nearest
    written = ",".join(connection.headers.getlist(HEADER)).rsplit(",", HOPS_MAX)[-HOPS_MAX:]
    for hop in reversed(written):
        address = address_of(_without_port(hop.strip()))
        if address is None:
            break
        nearest = address
        if not _within(address, trusted):
            break
    return nearest


def _within(address: str, networks: Sequence[Network]) -> bool:
    found = ip_address(address)
    return any(found in network for network in networks)


def _without_port(hop: str) -> str:
    match = WITH_PORT.fullmatch(hop)
    return hop if match is None else match["v6"] or match["v4"]
