"""A client that reads late, and one whose server does. Usage: sockets_floods.py URL"""

import asyncio
import hashlib
import sys

from websockets.asyncio.client import connect

base = sys.argv[1]
options = {"proxy": None, "max_size": None, "ping_interval": None, "compression": None, "close_timeout": 60}


async def main():
    async with connect(f"{base}/flood", **options) as socket:
        await asyncio.sleep(2)
        digest = hashlib.sha256()
        while isinstance(message := await socket.recv(), bytes):
            digest.update(message)
        print("heard", digest.hexdigest() == message)
    async with connect(f"{base}/sink", **options) as socket:
        digest = hashlib.sha256()
        for number in range(100):
            message = number.to_bytes(4, "big") + b"y" * (1 << 20)
            digest.update(message)
            await socket.send(message)
        await socket.send("digest")
        print("said", digest.hexdigest() == await socket.recv())


asyncio.run(main())
