"""Headless Chromium over the DevTools protocol."""

import asyncio
import base64
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile

import aiohttp


class Page:
    """One page over the DevTools protocol."""

    def __init__(self, socket):
        self.socket = socket
        self.number = 0
        self.errors = []
        self.requests = []
        self.network = []
        self.loaded = asyncio.Event()
        self.waiting = {}

    async def read(self):
        async for message in self.socket:
            event = json.loads(message.data)
            if "id" in event:
                self.waiting.pop(event["id"]).set_result(event)
                continue
            what, values = event["method"], event["params"]
            if what == "Runtime.exceptionThrown":
                self.errors.append(values["exceptionDetails"].get("exception", {}).get("description", "exception"))
            elif what == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert"):
                self.errors.append(str([a.get("value", a.get("description")) for a in values["args"]]))
            elif what == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning"):
                self.errors.append(values["entry"]["text"])
            elif what == "Network.requestWillBeSent":
                self.requests.append(values["request"]["url"])
            elif what == "Page.loadEventFired":
                self.loaded.set()
            if what.startswith("Network."):
                self.network.append((what, values))

    async def call(self, method, **values):
        self.number += 1
        answer = self.waiting[self.number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": self.number, "method": method, "params": values})
        event = await asyncio.wait_for(answer, 120)
        if "error" in event:
            raise RuntimeError(f"{method}: {event['error']}")
        return event["result"]

    async def value(self, expression):
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    async def until(self, expression):
        for _ in range(500):
            if await self.value(expression):
                return
            await asyncio.sleep(0.02)
        raise RuntimeError(f"never true: {expression}")

    async def size(self, width, height):
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    async def scheme(self, name):
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    async def press(self, key, text=""):
        code = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}.get(key, ord(key[0].upper()))
        common = {"key": key, "windowsVirtualKeyCode": code}
        text = {"Enter": "\r", " ": " "}.get(key, text)
        await self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def type(self, word):
        for letter in word:
            await self.press(letter, letter)

    async def shoot(self, path):
        width, height = await self.value("[innerWidth, Math.min(document.documentElement.scrollHeight, 4000)]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))


@contextlib.asynccontextmanager
async def opened():
    """A blank page of a browser of its own, which is closed at the end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-extensions", "--disable-background-networking", "--no-proxy-server", "--remote-debugging-port=0",
             f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            active = pathlib.Path(profile, "DevToolsActivePort")
            for _ in range(1500):
                if active.exists() and active.read_text().count("\n") >= 1:
                    break
                if browser.poll() is not None:
                    sys.exit(f"chromium ended with {browser.returncode}")
                await asyncio.sleep(0.02)
            port = active.read_text().split("\n")[0]
            async with aiohttp.ClientSession() as session:
                async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as answer:
                    address = (await answer.json())["webSocketDebuggerUrl"]
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    page = Page(socket)
                    reader = asyncio.create_task(page.read())
                    yield page
                    reader.cancel()
        finally:
            browser.terminate()
            browser.wait(20)
