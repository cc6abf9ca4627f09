"""A TCP proxy between two processes that cuts connections and slows them down."""

import asyncio
import contextlib
import random
import threading


class Proxy:
    """Forwards a loopback port to another; may be cut, shut and slowed at any time."""

    def __init__(self, target_port, seed=0):
        self.target_port, self.dice = target_port, random.Random(seed)
        self.is_shut = False
        self.chunk_bytes, self.delay_s = 65536, 0.0
        self.connections = 0
        self._writers = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._wait(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]

    def _wait(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _accept(self, reader, writer):
        self.connections += 1
        if self.is_shut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, far_writer)
        self._writers.update(ends)
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        for end in ends:
            self._writers.discard(end)
            end.transport.abort()

    async def _pump(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(self.chunk_bytes):
                if self.delay_s:
                    await asyncio.sleep(self.dice.random() * self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    def cut(self):
        """Breaks every connection; what is on its way is lost."""
        async def abort():
            for writer in list(self._writers):
                writer.transport.abort()
        self._wait(abort())

    def slow(self, chunk_bytes, delay_s):
        """Small pieces with pauses between them."""
        self.chunk_bytes, self.delay_s = chunk_bytes, delay_s

    def close(self):
        self.cut()
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
