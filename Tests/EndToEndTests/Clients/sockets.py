"""Speaks WebSocket to `Servers/sockets.py`, by the library websockets and by aiohttp, and prints all that it sees.

Usage: sockets.py URL
"""

import asyncio
import sys

import aiohttp
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

base = sys.argv[1]
large = bytes(range(256)) * 1000


def shown(message):
    kind = "text" if isinstance(message, str) else "binary"
    return f"{kind} {message!r}" if len(message) < 300 else f"{kind} of {len(message)}, {hash(message) == hash(large)}"


async def converse(path, messages, **options):
    print("---", path, *options)
    async with connect(base + path, proxy=None, max_size=None, ping_interval=None, **options) as socket:
        print("protocol", socket.subprotocol, "extensions", socket.protocol.extensions)
        try:
            for message in messages:
                await socket.send(message)
                print(shown(await socket.recv()))
            if path == "/both":
                print(shown(await socket.recv()))
            if path == "/echo":
                await (await socket.ping(b"hey"))
                print("pong")
            if path in ["/echo", "/both"]:
                await socket.close(1000, "done")
            while True:
                print(shown(await socket.recv()))
        except ConnectionClosed:
            print("closed", socket.close_code, socket.close_reason)


async def by_websockets():
    messages = ["hello", "", "ü😀" * 30, b"\0\1\2", b"", large, ["frag", "ment", "s"], "hello"]
    await converse("/echo", messages)
    await converse("/echo", messages, compression=None, subprotocols=["a", "chat"])
    await converse("/goodbye", [])
    await converse("/drop", ["go on"])
    await converse("/headers", [], additional_headers={"Cookie": "a=b", "X-Other": "c"}, subprotocols=["other"])
    await converse("/both", [str(number) for number in range(200)])
    await converse("/ping", [])
    try:
        await converse("/nowhere", [])
    except InvalidStatus as error:
        print("denied", error.response.status_code, error.response.body)


async def by_aiohttp():
    print("--- aiohttp")
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{base}/echo", compress=15, max_msg_size=0) as socket:
            print("compress", socket.compress)
            for text in ["hello", "hello"]:
                await socket.send_str(text)
                print(shown(await socket.receive_str()))
            await socket.send_bytes(large)
            print(shown(await socket.receive_bytes()))
            await socket.close(code=4000, message=b"enough")
            print("closed", socket.close_code)


asyncio.run(by_websockets())
asyncio.run(by_aiohttp())
