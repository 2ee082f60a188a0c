"""Passes connections to an address of Docker's bridge on to the same port of 127.0.0.1."""

from __future__ import annotations

import errno
import ipaddress
import json
import socket
import socketserver
import threading
from contextlib import ExitStack, suppress
from typing import Final

from local.sam_local.engine import docker

HOST: Final = "127.0.0.1"
CONNECT_SECONDS: Final = 5.0
_CHUNK: Final = 65_536


def open_to_containers(ports: list[int], cleanup: ExitStack) -> None:
    """Make ports of loopback reachable from containers, on an engine whose bridge is an address of this machine."""
    address = bridge_address()
    if address is None:
        return
    for port in ports:
        try:
            relay = Relay(address, port)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:  # the bridge is in a virtual machine, which leads to our loopback
                return
            raise
        cleanup.callback(relay.close)


def bridge_address() -> str | None:
    """The host's address on Docker's default network (host-gateway), None when there is no such network."""
    answer = docker("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}")
    return gateway_of(json.loads(answer.stdout)) if answer.returncode == 0 else None


def gateway_of(configs: list[dict[str, str]]) -> str | None:
    """The gateway in a network's configuration. Docker 20 names only the subnet; then it is the first address."""
    for config in configs:
        network = ipaddress.ip_network(config["Subnet"])
        if network.version == 4:
            return config.get("Gateway") or str(network[1])
    return None


class Relay:
    """Listens on `address` and connects each caller with 127.0.0.1. `port` 0 takes a free one; `target` is `port`.

    OSError when it can't listen.
    """

    def __init__(self, address: str, port: int, target: int = 0) -> None:
        self._server = _Server(address, port, target or port)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; connections under way end with their callers."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: str, port: int, target: int) -> None:
        self.target = target
        super().__init__((address, port), _Handler)


class _Handler(socketserver.BaseRequestHandler):
    server: _Server
    request: socket.socket

    def handle(self) -> None:
        """One connection: what the caller sends in a thread of its own, what comes back in this one."""
        try:
            upstream = socket.create_connection((HOST, self.server.target), CONNECT_SECONDS)
        except OSError:
            return
        with upstream:
            upstream.settimeout(None)
            forward = threading.Thread(target=_copy, args=(self.request, upstream), daemon=True)
            forward.start()
            _copy(upstream, self.request)
            forward.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Until the source ends; then the target is told so."""
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
