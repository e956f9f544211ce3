"""64 clients at once, each with a connection of its own and its own requests."""

import asyncio

import aiohttp

from transcript import Transcript, base_url

seen = Transcript()


async def client(number):
    replies = []
    async with aiohttp.ClientSession(base_url()) as session:
        for turn in range(5):
            async with session.get(f"/hello.txt?client={number}&turn={turn}") as reply:
                replies.append((f"{number}.{turn}", reply.status, [], await reply.read()))
            async with session.post("/posted", json={"client": number, "turn": turn}) as reply:
                replies.append((f"{number}.{turn} post", reply.status, [], await reply.read()))
    return replies


async def main():
    for replies in await asyncio.gather(*(client(number) for number in range(64))):
        for reply in replies:
            seen.add(*reply)


asyncio.run(main())
seen.show()
