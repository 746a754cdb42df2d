"""Ports of this machine: free ones for servers, and whether a server listens on one."""

import secrets
import socket

import psutil

LOOPBACK = "127.0.0.1"
# Below 32768, where kernels begin to take the ports of outgoing connections: a client that knocks
# on a dead server's port from that very port would be connected to itself.
_PORTS = range(20_000, 32_000)
_given_out: set[int] = set()


def free_port() -> int:
    """Return a port on which no program listens, never the same one twice in a process."""
    while True:
        port = secrets.choice(_PORTS)
        if port not in _given_out and is_free(port):
            _given_out.add(port)
            return port


def accepts(port: int) -> bool:
    """Return whether a server takes TCP connections on that port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Return whether a server could listen on that port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Connections of an earlier server that still wait to close do not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def user_of(port: int) -> str:
    """Return " by process ID (NAME)" for the program that listens on that port, "" if unknown."""
    for held in psutil.net_connections("tcp"):
        if held.status == psutil.CONN_LISTEN and held.laddr[1:] == (port,) and held.pid:
            return f" by process {held.pid} ({psutil.Process(held.pid).name()})"
    return ""
