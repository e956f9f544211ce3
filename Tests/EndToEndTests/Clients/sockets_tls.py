"""A WebSocket and a request over TLS, whose certificate is believed. Usage: sockets_tls.py wss://HOST:PORT"""

import asyncio
import ssl
import sys

from websockets.asyncio.client import connect


async def main():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    async with connect(sys.argv[1], ssl=context, proxy=None) as socket:
        for message in ["hello", b"\0"]:
            await socket.send(message)
            print(repr(await socket.recv()))
        await socket.close(1000)
        print("closed", socket.close_code)


asyncio.run(main())
