"""Opens a page in headless Chromium and saves what its network panel would: an HTTP Archive, as "Save all as HAR" of
Chromium's developer tools makes it of the same events (front_end/models/har/Log.ts). Prints what the page came to.

    browse_har.py URL FILE.har

The page sets its title when it is done. It is opened once, and reloaded, so that the browser asks whether it has changed.
"""

import asyncio
import base64
import datetime
import json
import pathlib
import sys
from urllib.parse import parse_qsl, urlsplit

import chromium


class Request:
    """What the events told of one request and its response; a redirect's is one of its own."""

    def __init__(self, event):
        self.sent = event
        self.asked = self.answered = self.answered_extra = self.failed = None
        self.ended = event["timestamp"]
        self.length = 0
        self.cached = False
        self.content = None


def collect(events):
    """Requests in the order in which they were sent."""
    requests, current = [], {}
    extra = {}
    for name, event in events:
        number = event.get("requestId")
        if name == "Network.requestWillBeSent":
            before = current.get(number)
            if before and "redirectResponse" in event:
                before.answered, before.ended = event["redirectResponse"], event["timestamp"]
            current[number] = Request(event)
            requests.append(current[number])
        elif name.endswith("ExtraInfo"):
            extra.setdefault((number, name), []).append(event)
        elif number in current:
            request = current[number]
            request.ended = event.get("timestamp", request.ended)
            if name == "Network.responseReceived":
                request.answered = event["response"]
            elif name == "Network.requestServedFromCache":
                request.cached = True
            elif name == "Network.dataReceived":
                request.length += event["dataLength"]
            elif name == "Network.loadingFailed":
                request.failed = event["errorText"]
    # What went over the wire is told apart, in the order of the hops.
    for request in requests:
        number = request.sent["requestId"]
        for name, member in (("Network.requestWillBeSentExtraInfo", "asked"),
                             ("Network.responseReceivedExtraInfo", "answered_extra")):
            if not request.cached and extra.get((number, name)):
                setattr(request, member, extra[number, name].pop(0))
    return requests


def fields(headers):
    # A field that came several times stands in one text, line by line.
    return [{"name": name, "value": line} for name, value in headers.items() for line in value.split("\n")]


def entry(request):
    sent, answered = request.sent["request"], request.answered or {}
    asked = (request.asked or {}).get("headers", sent["headers"])
    extra = request.answered_extra or {}
    headers = extra.get("headers", answered.get("headers", {}))
    status = extra.get("statusCode", answered.get("status", 0))
    version = answered.get("protocol", "http/1.1")
    query = parse_qsl(urlsplit(sent["url"]).query, keep_blank_values=True)
    made = {
        "_initiator": {"type": request.sent["initiator"]["type"]},
        "_priority": sent["initialPriority"],
        "_resourceType": request.sent["type"].lower(),
        "cache": {},
        "connection": str(answered.get("connectionId", "")),
        "pageref": "page_1",
        "request": {
            "method": sent["method"], "url": sent["url"] + sent.get("urlFragment", ""), "httpVersion": version,
            "headers": fields(asked), "queryString": [{"name": name, "value": value} for name, value in query],
            "cookies": [], "headersSize": -1, "bodySize": len(sent.get("postData", "").encode())},
        "response": {
            "status": status, "statusText": answered.get("statusText", ""), "httpVersion": version,
            "headers": fields(headers), "cookies": [],
            "content": {"size": request.length, "mimeType": answered.get("mimeType", "x-unknown")},
            "redirectURL": next((value for name, value in headers.items() if name.lower() == "location"), ""),
            "headersSize": -1, "bodySize": 0 if request.cached or status == 304 else -1,
            "_transferSize": int(answered.get("encodedDataLength", 0)), "_error": request.failed,
            "_fetchedViaServiceWorker": answered.get("fromServiceWorker", False)},
        "serverIPAddress": answered.get("remoteIPAddress", ""),
        "startedDateTime": datetime.datetime.fromtimestamp(request.sent["wallTime"], datetime.timezone.utc).isoformat(),
        "time": (request.ended - request.sent["timestamp"]) * 1000,
        "timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 0, "receive": 0}}
    if request.cached:
        made["_fromCache"] = "memory"
    elif answered.get("fromDiskCache"):
        made["_fromCache"] = "disk"
    if "postData" in sent:
        made["request"]["postData"] = {
            "mimeType": next((value for name, value in asked.items() if name.lower() == "content-type"), ""),
            "text": sent["postData"]}
    if request.content:
        text, is_base64 = request.content
        made["response"]["content"]["size"] = len(base64.b64decode(text)) if is_base64 else len(text.encode())
        made["response"]["content"]["text"] = text
        if is_base64:
            made["response"]["content"]["encoding"] = "base64"
    return made


async def visit(page, url):
    """Opens the page, and waits until it says that it is done."""
    page.loaded.clear()
    if url:
        await page.call("Page.navigate", url=url)
    else:
        await page.call("Page.reload")
    await asyncio.wait_for(page.loaded.wait(), 60)
    await page.until("document.title.startsWith('done')")
    events, page.network = page.network, []
    requests = collect(events)
    for request in requests:
        if request.answered and 200 <= request.answered["status"] < 300 and not request.failed:
            body = await page.call("Network.getResponseBody", requestId=request.sent["requestId"])
            request.content = (body["body"], body["base64Encoded"])
    return requests


async def main(url, file):
    async with chromium.opened() as page:
        for domain in ("Page", "Runtime", "Network"):
            await page.call(f"{domain}.enable")
        requests = await visit(page, url) + await visit(page, None)
        version = (await page.call("Browser.getVersion"))["product"]
        log = {
            "version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"},
            "browser": {"name": version.split("/")[0], "version": version.split("/")[1]},
            "pages": [{
                "startedDateTime": "2026-11-21T10:00:00.000Z", "id": "page_1", "title": url,
                "pageTimings": {"onContentLoad": -1, "onLoad": -1}}],
            "entries": [entry(request) for request in requests]}
        pathlib.Path(file).write_text(json.dumps({"log": log}, indent=2) + "\n")
        asked = [[one["request"]["method"], urlsplit(one["request"]["url"]).path, str(one["response"]["status"])]
                 for one in log["entries"]]
        print(json.dumps({"title": await page.value("document.title"), "errors": page.errors, "asked": asked}))


asyncio.run(main(*sys.argv[1:]))
