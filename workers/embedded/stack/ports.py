"""Free ports of this machine for the embedded stack.

All are below 32768: above it the system gives ports to outgoing connections, and one of those may take a listening
port while its server restarts.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterable
from typing import Final

HOST: Final = "127.0.0.1"
LOWEST: Final = 20_000
HIGHEST: Final = 32_000


class PortTaken(RuntimeError):
    """A port that was asked for by number is in use."""


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Return whether something answers on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0


def pick(taken: Iterable[int] = ()) -> int:
    """Return a free port, picked at random, so that stacks that start together do not race for the same one."""
    used = set(taken)
    for _ in range(500):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if port not in used and is_free(port):
            return port
    raise PortTaken(
        f"No free port between {LOWEST} and {HIGHEST} on {HOST}: stop something that is listening there."
    )


def assign(names: Iterable[str], before: dict[str, int]) -> dict[str, int]:
    """Return a port for each name: that of the last start if it is still free, so that bookmarks keep working."""
    ports: dict[str, int] = {}
    for name in names:
        old = before.get(name)
        ports[name] = (
            old if old is not None and old not in ports.values() and is_free(old) else pick(ports.values())
        )
    return ports
