"""Ports for servers that are told where to listen."""

import random
import socket

BELOW_THE_KERNELS = range(20_000, 32_000)
"""The kernel gives none of these to who asks for any, nor to a connection that goes out."""


def free_port() -> int:
    """A port that nobody listens at; nobody is given it by chance before its server is up."""
    for port in random.SystemRandom().sample(BELOW_THE_KERNELS, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
