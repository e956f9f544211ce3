"""aiohttp against the basics of httpbin, some of it at once."""

import asyncio

import aiohttp

from transcript import Transcript, base_url

seen = Transcript()


async def main():
    async with aiohttp.ClientSession(base_url()) as session:

        async def ask(name, method, path, **more):
            more.setdefault("allow_redirects", False)
            async with session.request(method, path, **more) as reply:
                headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in reply.raw_headers]
                return name, reply.status, headers, await reply.read()

        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]:
            seen.add(*await ask(f"anything {method}", method, "/anything", params={"m": method}))
        seen.add(*await ask("gzip", "GET", "/gzip"))
        seen.add(*await ask("deflate", "GET", "/deflate"))
        seen.add(*await ask("brotli", "GET", "/brotli", headers={"Accept-Encoding": "br"}))
        seen.add(*await ask("stream", "GET", "/stream/7"))
        seen.add(*await ask("redirects, followed", "GET", "/relative-redirect/3", allow_redirects=True))
        seen.add(*await ask("a post of JSON", "POST", "/post", json={"k": [True, None]}))
        seen.add(*await ask("a chunked post", "POST", "/post", data=pieces()))
        together = [ask(f"at once {number}", "GET", f"/bytes/1000?seed={number}") for number in range(16)]
        for reply in await asyncio.gather(*together):
            seen.add(*reply)


async def pieces():
    for number in range(10):
        yield b"piece %d\n" % number


asyncio.run(main())
seen.show()
