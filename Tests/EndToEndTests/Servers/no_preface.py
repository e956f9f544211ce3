"""Stands before a server and answers the preface of HTTP/2 as one of HTTP/1.1 does; all else goes through.

Usage: no_preface.py PORT PORT_OF_SERVER
"""

import asyncio
import sys

PORT, BEHIND = int(sys.argv[1]), int(sys.argv[2])


async def pass_on(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def serve(reader, writer):
    begun = await reader.read(65536)
    if begun.startswith(b"PRI "):
        writer.write(b"HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return writer.close()
    behind, ahead = await asyncio.open_connection("127.0.0.1", BEHIND)
    ahead.write(begun)
    await asyncio.gather(pass_on(reader, ahead), pass_on(behind, writer))


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", PORT) as server:
        await server.serve_forever()


asyncio.run(main())
