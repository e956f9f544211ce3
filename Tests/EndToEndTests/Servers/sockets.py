"""WebSockets by the library websockets; what a path does stands at its function. Usage: sockets.py PORT"""

import asyncio
import hashlib
import json
import sys

from websockets.asyncio.server import serve

OWN = {"host", "sec-websocket-key", "connection"}


async def echo(socket):
    """Says again what it hears; one that comes in fragments, in one."""
    async for message in socket:
        await socket.send(message)


async def goodbye(socket):
    await socket.send("first")
    await socket.close(4001, "so long")


async def drop(socket):
    """Leaves without a close frame, when what it said has been heard."""
    await socket.send("first")
    await socket.recv()
    socket.transport.close()


async def headers(socket):
    """What it was asked with, but for what is a connection's own."""
    asked = [[name, value] for name, value in socket.request.headers.raw_items() if name.lower() not in OWN]
    await socket.send(json.dumps(sorted(asked)))


async def both(socket):
    """Counts, while it listens."""

    async def count():
        for number in range(200):
            await socket.send(str(number))

    counting = asyncio.create_task(count())
    heard = [await socket.recv() for _ in range(200)]
    await counting
    await socket.send(str(heard == [str(number) for number in range(200)]))


async def flood(socket):
    """Says more than a client that does not read should be sent, and its digest."""
    digest = hashlib.sha256()
    piece = b"x" * (1 << 20)
    for number in range(200):
        message = number.to_bytes(4, "big") + piece
        digest.update(message)
        await socket.send(message)
    await socket.send(digest.hexdigest())


async def sink(socket):
    """Listens after a while, and says the digest of what it heard."""
    await asyncio.sleep(2)
    digest = hashlib.sha256()
    async for message in socket:
        if isinstance(message, str):
            await socket.send(digest.hexdigest())
        else:
            digest.update(message)


async def ping(socket):
    """Is answered by the client itself."""
    waiter = await socket.ping(b"are you there")
    await waiter
    await socket.send("it is")


async def broken(socket):
    """A frame with a reserved opcode, which no honest server sends."""
    socket.transport.write(b"\x83\x00")
    await socket.wait_closed()


PATHS = {f"/{f.__name__}": f for f in [echo, goodbye, drop, headers, both, flood, sink, ping, broken]}


def begin(connection, request):
    """Refuses what it does not know."""
    if request.path not in PATHS:
        return connection.respond(403, "not here\n")


async def main():
    async def handler(socket):
        await PATHS[socket.request.path](socket)

    # Large messages come uncompressed where the client wants no compression; none is too large.
    async with serve(
        handler, "127.0.0.1", int(sys.argv[1]), process_request=begin, subprotocols=["chat", "other"],
        select_subprotocol=lambda _, offered: "chat" if "chat" in offered else None, max_size=None,
        ping_interval=None,
    ) as server:
        await server.serve_forever()


asyncio.run(main())
