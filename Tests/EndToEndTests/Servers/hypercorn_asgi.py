"""An application for Hypercorn: `/hello` answers with the greeting that is in the file `greeting`, `/events` with three
server-sent events, anything else with what was asked."""

import asyncio
import json


async def body_of(receive):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def app(scope, receive, send):
    if scope["type"] != "http":
        return

    async def head(media_type):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", media_type)]})

    body = await body_of(receive)
    if scope["path"] == "/events":
        await head(b"text/event-stream")
        for number in range(3):
            text = f"id: {number}\ndata: tick {number}\n\n"
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            await asyncio.sleep(0.1)
        return await send({"type": "http.response.body"})
    await head(b"application/json")
    if scope["path"] == "/hello":
        with open("greeting") as file:
            answer = {"greeting": file.read(), "version": scope["http_version"]}
    else:
        answer = {"method": scope["method"], "path": scope["path"], "length": len(body)}
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
