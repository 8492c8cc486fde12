"""The load, from a process of its own: some connections that ask, one answer after the other.

What to ask comes as JSON on standard input, and what it took leaves on standard output.
"""

import asyncio
import re
import sys
from collections.abc import Iterator
from itertools import cycle
from statistics import median
from time import perf_counter

import click
import orjson
import uvloop

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
GOOD = b"HTTP/1.1 200 "


async def load(
    port: int, requests: list[str], connections: int, seconds: float
) -> dict[str, float]:
    """How many answers came, in how many seconds, and milliseconds of the median and the p99."""
    asking = cycle(request.encode() for request in requests)
    began = perf_counter()
    clients = [_client(port, asking, began + seconds) for _ in range(connections)]
    took = sorted(each for client in await asyncio.gather(*clients) for each in client)
    lasted = perf_counter() - began
    p99 = took[len(took) * 99 // 100]
    return {"answers": len(took), "seconds": lasted, "p50": median(took), "p99": p99}


async def _client(port: int, asking: Iterator[bytes], until: float) -> list[float]:
    """Ask until then; gives the milliseconds of each answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took = []
    while (began := perf_counter()) < until:
        writer.write(next(asking))
        await _answer(reader)
        took.append((perf_counter() - began) * 1000)
    writer.close()
    return took


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    if not head.startswith(GOOD) or length is None:
        sys.exit(f"not an answer to measure: {head.decode()}")
    await reader.readexactly(int(length[1]))


if __name__ == "__main__":
    click.echo(orjson.dumps(uvloop.run(load(**orjson.loads(sys.stdin.buffer.read())))))
