"""WebSockets that answer what they hear. Usage: sockets_prices.py PORT [PRICE] [CHANGE]

`/prices` greets, confirms each `{"subscribe": NAME}` and says its price, echoes bytes, and ends when it hears `bye`;
`/ticks` pushes until its client leaves, with the price in each, and a ping before; `/turns` wants to be asked when it is
ready. CHANGE is `fewer` (no price), `more` (says thanks as well), `end` (ends with another code), `gone` (there are no
WebSockets any more) or nothing.
"""

import asyncio
import contextlib
import json
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

port, price, change = sys.argv[1:] + ["10", ""][len(sys.argv) - 2 :]


async def prices(socket):
    await socket.send(json.dumps({"hello": "prices", "version": 1}))
    async for message in socket:
        if isinstance(message, bytes):
            await socket.send(message[::-1])
        elif message == "bye":
            await socket.close(4002 if change == "end" else 4001, "so long")
        else:
            name = json.loads(message)["subscribe"]
            await socket.send(f"subscribed to {name}")
            if change != "fewer":
                await socket.send(json.dumps({"name": name, "price": int(price)}))
            if change == "more":
                await socket.send("thanks")


async def ticks(socket):
    number = 0
    await socket.ping()
    while True:
        number += 1
        await socket.send(json.dumps({"tick": number, "price": int(price)}))
        # Who wants three has gone when the fourth comes.
        await asyncio.sleep(0.01 if number < 3 else 2)


async def turns(socket):
    first = asyncio.create_task(socket.recv())
    early, _ = await asyncio.wait([first], timeout=0.2)
    await socket.send("too early" if early else "ready")
    await socket.send(f"heard {await first}")
    await socket.close()


def begin(connection, request):
    if change == "gone":
        return connection.respond(404, "no more\n")


async def main():
    async def handler(socket):
        with contextlib.suppress(ConnectionClosed):
            await {"/prices": prices, "/ticks": ticks, "/turns": turns}[socket.request.path](socket)

    async with serve(handler, "127.0.0.1", int(port), process_request=begin, ping_interval=None) as server:
        await server.serve_forever()


asyncio.run(main())
