"""The body of a webhook, read within a size, a time, and a share of the memory that all bodies have in common."""

import asyncio

from starlette.types import Receive

# GitHub sends nothing larger: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap
MAX_BODY = 25 * 1024 * 1024
# A sender that takes longer than GitHub itself waits has gone.
BODY_SECONDS = 30.0
# What all bodies that are being read may hold together; up to the second size a body never has to ask.
SHARED_BYTES = 64 * 1024 * 1024
FREE_BYTES = 256 * 1024
RETRY_SECONDS = 5


class Refused(Exception):
    """The answer to a delivery that is not kept."""

    def __init__(self, status: int, reason: str, *, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


class Bodies:
    """Reads bodies; large ones share SHARED_BYTES, because their senders are not known before the last byte."""

    def __init__(self) -> None:
        self._held = 0

    async def read(self, receive: Receive, told: str) -> "Body":
        """The whole body; told is its Content-Length. Leave the context of what is returned as soon as it is used.

        Raises Refused: 413 above MAX_BODY, 408 after BODY_SECONDS, 503 while too many large ones are being read.
        """
        if told.isdecimal() and int(told[:20]) > MAX_BODY:
            raise Refused(413, "the payload is larger than 25 MB")
        body = Body(self)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                await body.fill(receive)
        except TimeoutError:
            body.close()
            raise Refused(408, "the payload did not arrive in time") from None
        except BaseException:
            body.close()
            raise
        return body

    def hold(self, size: int) -> None:
        """Raises Refused when there is no room for so many more bytes."""
        if self._held + size > SHARED_BYTES:
            raise Refused(503, "too many large payloads at once; deliver it again", retry_after=RETRY_SECONDS)
        self._held += size

    def release(self, size: int) -> None:
        self._held -= size


class Body:
    """The bytes of one request, and the share of the common memory they hold until closed."""

    def __init__(self, bodies: Bodies) -> None:
        self.content: bytes | bytearray = b""
        self._bodies = bodies
        self._share = 0

    def __enter__(self) -> bytes | bytearray:
        return self.content

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.content = b""
        self._bodies.release(self._share)
        self._share = 0

    async def fill(self, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "the sender went away")
            self._add(message.get("body", b""))
            if not message.get("more_body"):
                return

    def _add(self, part: bytes) -> None:
        if not self.content:
            self.content = part
        elif part:
            if isinstance(self.content, bytes):
                # One buffer that grows: joining parts in the end would hold a large body twice.
                self.content = bytearray(self.content)
            self.content += part
        size = len(self.content)
        if size > MAX_BODY:
            raise Refused(413, "the payload is larger than 25 MB")
        if size > FREE_BYTES and size > self._share:
            self._bodies.hold(size - self._share)
            self._share = size
