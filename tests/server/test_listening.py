"""Which port a server takes."""

import socket

import pytest

from server.failure import Failure
from server.listening import listen

LOOPBACK = "127.0.0.1"


def neighbours() -> tuple[socket.socket, socket.socket]:
    """Two ports side by side that nobody else has; whoever closes the second frees it."""
    for _ in range(50):
        first = socket.create_server((LOOPBACK, 0))
        try:
            return first, socket.create_server((LOOPBACK, first.getsockname()[1] + 1))
        except OSError:
            first.close()
    pytest.fail("no two ports side by side are free")


def test_a_free_port_is_taken_as_it_is() -> None:
    with listen(LOOPBACK, 0) as probe:
        port = probe.getsockname()[1]

    with listen(LOOPBACK, port, tries=5) as listener:
        assert listener.getsockname() == (LOOPBACK, port)


def test_while_ports_are_taken_the_next_one_is_tried() -> None:
    first, second = neighbours()
    taken = first.getsockname()[1]
    second.close()

    with first, listen(LOOPBACK, taken, tries=2) as listener:
        assert listener.getsockname() == (LOOPBACK, taken + 1)


@pytest.mark.parametrize("tries", [1, 2])
def test_when_the_last_try_finds_the_port_taken_it_is_told(tries: int) -> None:
    first, second = neighbours()
    taken = first.getsockname()[1]

    with first, second, pytest.raises(Failure) as failure:
        listen(LOOPBACK, taken, tries=tries)

    said = f"cannot listen on 127.0.0.1, port {taken + tries - 1}: Address already in use"
    assert str(failure.value) == said


def test_a_host_that_is_not_there_is_told() -> None:
    with pytest.raises(Failure, match=r"cannot listen on nowhere\.invalid, port 8000: \w+"):
        listen("nowhere.invalid", 8000, tries=5)
