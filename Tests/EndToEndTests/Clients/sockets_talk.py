"""One conversation on a WebSocket, printed. Usage: sockets_talk.py websockets|aiohttp URL STEP...

A step is `say:TEXT`, `bytes:HEX`, `hear` (one message), `rest` (all until the end), `close`, or `drop` (without a word).
"""

import asyncio
import sys

import aiohttp
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

library, url, *steps = sys.argv[1:]


async def by_websockets():
    async with connect(url, proxy=None, max_size=None, ping_interval=None) as socket:
        try:
            for step in steps:
                word, _, rest = step.partition(":")
                if word == "say":
                    await socket.send(rest)
                elif word == "bytes":
                    await socket.send(bytes.fromhex(rest))
                elif word == "hear":
                    print(repr(await socket.recv()))
                elif word == "close":
                    await socket.close(1000, "done")
                elif word == "drop":
                    socket.transport.abort()
                    return
                while word == "rest":
                    print(repr(await socket.recv()))
        except ConnectionClosed:
            pass
    print("closed", socket.close_code, socket.close_reason)


async def by_aiohttp():
    async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0, autoping=True) as socket:
        for step in steps:
            word, _, rest = step.partition(":")
            if word == "say":
                await socket.send_str(rest)
            elif word == "bytes":
                await socket.send_bytes(bytes.fromhex(rest))
            elif word == "hear":
                print(repr((await socket.receive()).data))
            elif word == "close":
                await socket.close(code=1000, message=b"done")
            elif word == "rest":
                async for message in socket:
                    print(repr(message.data))
        print("closed", socket.close_code)


asyncio.run({"websockets": by_websockets, "aiohttp": by_aiohttp}[library]())
