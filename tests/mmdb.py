"""Databases of internet addresses in MaxMind's format, as small as tests need them."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

BITS = {4: 32, 6: 128}
Branch = dict[int, Any]
"""What follows on a bit: another branch, or the place of a record."""


def write(path: Path, records: Mapping[str, Mapping[str, Any]], version: int = 6) -> Path:
    """A database of these networks."""
    tree: Branch = {}
    content = b""
    for network, record in records.items():
        _plant(tree, network, version, len(content))
        content += _encoded(record)
    nodes = list(_nodes(tree))
    places = {id(node): place for place, node in enumerate(nodes)}
    written = b"".join(_link(node.get(bit), places) for node in nodes for bit in (0, 1))
    about = {
        "node_count": _head(6, 4) + len(nodes).to_bytes(4),
        "record_size": _uint16(24), "ip_version": _uint16(version),
        "database_type": "Test", "languages": ["en"], "description": {},
        "binary_format_major_version": _uint16(2), "binary_format_minor_version": _uint16(0),
        "build_epoch": _head(0, 1) + b"\x02\x01",  # uint64; zero is refused
    }  # fmt: skip
    marked = b"\xab\xcd\xefMaxMind.com" + _encoded(about)
    path.write_bytes(written + bytes(16) + content + marked)
    return path


def _plant(tree: Branch, network: str, version: int, place: int) -> None:
    """Lead a network's bits to the place of its record; IPv4 stands below ::/96 among IPv6."""
    read = ip_network(network)
    value = int(read.network_address)
    length = read.prefixlen + BITS[version] - BITS[read.version]
    *way, last = (value >> BITS[version] - 1 - at & 1 for at in range(length))
    for bit in way:
        tree = tree.setdefault(bit, {})
    tree[last] = place


def _nodes(branch: Branch) -> Iterator[Branch]:
    yield branch
    for next_one in branch.values():
        if isinstance(next_one, dict):
            yield from _nodes(next_one)


def _link(led_to: Branch | int | None, places: Mapping[int, int]) -> bytes:
    """Another node by its place; a record after all nodes; their number where there is nothing."""
    if led_to is None:
        return len(places).to_bytes(3)
    place = len(places) + 16 + led_to if isinstance(led_to, int) else places[id(led_to)]
    return place.to_bytes(3)


def _encoded(value: Any) -> bytes:
    match value:
        case str():
            return _head(2, len(value.encode())) + value.encode()
        case bytes():  # it is so already
            return value
        case list():
            return _head(0, len(value)) + b"\x04" + b"".join(map(_encoded, value))
        case _:
            pairs = (_encoded(part) for pair in value.items() for part in pair)
            return _head(7, len(value)) + b"".join(pairs)


def _uint16(value: int) -> bytes:
    return _head(5, 2) + value.to_bytes(2)


def _head(kind: int, size: int) -> bytes:
    """The type, and the size in the same byte where it is small enough."""
    return bytes([kind << 5 | size]) if size < 29 else bytes([kind << 5 | 29, size - 29])
