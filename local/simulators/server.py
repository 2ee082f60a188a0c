"""One HTTP server on 127.0.0.1 for all simulators, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import dataclass, field

import uvicorn

from local.simulators import SIMULATORS, Simulator
from local.simulators.wire import Receive, Scope, Send, html_answer, write_answer

HOST = "127.0.0.1"
START_SECONDS = 10.0
STOP_SECONDS = 3


class StartFailed(RuntimeError):
    """The server did not come up."""


@dataclass
class Mounted:
    """The ASGI app that hands a call to the simulator named by the path's first segment."""

    simulators: dict[str, Simulator]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        name = str(scope["path"]).split("/")[1]
        simulator = self.simulators.get(name)
        if simulator is None:
            await write_answer(html_answer(404, f"no simulator {name!r}"), send, receive)
            return
        await simulator(scope, receive, send)


@dataclass
class Running:
    """A server that is up. `simulators` are the live ones: they may be used directly from any thread."""

    port: int
    simulators: dict[str, Simulator]
    server: uvicorn.Server
    thread: threading.Thread
    loop: asyncio.AbstractEventLoop = field(repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        """End waiting answers, stop the server and wait for its thread. May be called more than once."""
        self.server.should_exit = True
        if self.thread.is_alive():
            for simulator in self.simulators.values():
                self.loop.call_soon_threadsafe(simulator.close)
        self.thread.join(START_SECONDS + STOP_SECONDS)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def serve(port: int = 0) -> Running:
    """Serve all simulators on 127.0.0.1; port 0 takes a free one.

    :raises OSError: the port is taken.
    :raises StartFailed: the server did not come up.
    """
    listener = socket.create_server((HOST, port))
    port = int(listener.getsockname()[1])
    simulators = {name: make() for name, make in SIMULATORS.items()}
    for simulator in simulators.values():
        simulator.origin = f"http://{HOST}:{port}"
    config = uvicorn.Config(
        Mounted(simulators),
        # The pure-Python protocol: it is there on every platform and lets a connection be reset.
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def main() -> None:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not task.done():
            await asyncio.sleep(0.005)
        ready.set()
        await task

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(main())

    thread = threading.Thread(target=run, name="simulators", daemon=True)
    thread.start()
    if not ready.wait(START_SECONDS) or not server.started:
        raise StartFailed("the simulators' server did not come up")
    return Running(port, simulators, server, thread, loop)
