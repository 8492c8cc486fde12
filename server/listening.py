"""The socket that a server listens on."""

import errno
import os
import socket

from server.failure import Failure

BACKLOG = 2048
PORT_MAX = 65_535


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A socket that listens there; with more tries, on the next port while one is taken."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and tries > 1 and port < PORT_MAX:
            return listen(host, port + 1, tries=tries - 1)
        reason = error.strerror
        if not isinstance(error, socket.gaierror):
            reason = os.strerror(error.errno or 0)  # `create_server` would say the place again
        message = f"cannot listen on {host}, port {port}: {reason}"
        raise Failure(message) from error
