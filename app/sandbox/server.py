"""The sandbox's HTTP server: uvicorn in a thread of its own, on loopback only."""

import socket
import threading
import time

import uvicorn
from starlette.types import ASGIApp

from app.errors import ReadygateError

_START_SECONDS = 15.0


class Server:
    """Serves one application until stopped; usable from synchronous and asynchronous code alike."""

    def __init__(self, application: ASGIApp, host: str, port: int) -> None:
        self._socket = _listen(host, port)
        settings = uvicorn.Config(
            application, log_level="error", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=2
        )
        self._uvicorn = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._run, name="sandbox-http", daemon=True)
        address = self._socket.getsockname()
        self.url = f"http://{address[0]}:{address[1]}"

    def start(self) -> None:
        self._thread.start()
        end = time.monotonic() + _START_SECONDS
        while not self._uvicorn.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise ReadygateError("the sandbox's HTTP server did not start", where=self.url)
            time.sleep(0.005)

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        self._uvicorn.run(sockets=[self._socket])


def _listen(host: str, port: int) -> socket.socket:
    """Bind at once, so that the address is known and nobody else can take the port in between."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ReadygateError(
            f"port {port} cannot be used: {error.strerror}", where=host, mend="choose another port, or 0 for a free one"
        ) from error
    return listening
