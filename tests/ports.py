"""Ports to listen on, which no outgoing connection of a busy machine can take first."""

import random
import socket

# Below what systems lend to outgoing connections: from 32768 on Linux, 49152 elsewhere.
LOWEST, HIGHEST = 10_000, 32_000


def free_ports(count: int = 1) -> int:
    """The first of ``count`` neighbouring ports on which nobody listens."""
    while True:
        first = random.randint(LOWEST, HIGHEST)  # noqa: S311  # not a secret
        if all(_is_free(port) for port in range(first, first + count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
