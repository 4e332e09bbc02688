"""The network is off in the tests, and in the processes they start."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest


# Set aside for examples by RFC 5737, 3849 and 2606.
@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_other_machines_are_out_of_reach(host):
    with pytest.raises(OSError, match="network off"):
        socket.create_connection((host, 80), timeout=1)


def test_a_download_fails_as_it_does_without_a_network():
    with pytest.raises(urllib.error.URLError, match="network off"):
        urllib.request.urlopen("http://example.org")


def test_this_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port), timeout=5) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)


def test_a_new_process_has_no_network_either():
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.returncode == 1
    assert "network off" in process.stderr
