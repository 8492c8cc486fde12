"""What every service that we ask over HTTP has in common."""

from ipaddress import ip_address

import httpx


def unspoofable(url: httpx.URL) -> bool:
    """Whether nobody on the way can answer in the service's place."""
    try:
        loopback = ip_address(url.host).is_loopback
    except ValueError:
        loopback = url.host == "localhost"
    return url.scheme == "https" or (url.scheme == "http" and loopback)


async def content(response: httpx.Response, bytes_max: int) -> bytes:
    """What an answer holds, as it comes; ValueError where it is longer than anybody needs.

    It is asked for without compression, which would unfold before it can be measured.
    """
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) > bytes_max:
            message = f"the answer is longer than {bytes_max} bytes"
            raise ValueError(message)
    return bytes(read)
