"""Refuse every connection that would leave this machine.

Python runs a ``sitecustomize`` that it finds on its path at start-up, so with this folder on
``PYTHONPATH`` the rule holds in each process a test starts: notebook kernels, fresh interpreters.
"""

import errno
import ipaddress
import os
import socket
import sys

LOCAL_NAMES = {"", "localhost", socket.gethostname()}
SENDS = {"socket.connect", "socket.sendmsg", "socket.sendto"}
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname"}


def is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in LOCAL_NAMES
    return address.is_loopback or address.is_unspecified


def refuse(event: str, arguments: tuple) -> None:
    """Audit hook: see "Audit events table" in the Python documentation."""
    if event in SENDS:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # else a Unix socket's path
    elif event in LOOKUPS:
        host = arguments[0]
    else:
        return
    if isinstance(host, str | bytes) and not is_local(os.fsdecode(host)):
        raise OSError(errno.ENETUNREACH, f"the tests run with the network off: {event} {host!r}")


sys.addaudithook(refuse)
