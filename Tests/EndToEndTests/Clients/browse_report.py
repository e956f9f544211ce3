"""Opens an HTML report in headless Chromium as a person would, and prints what was seen as one JSON object.

    browse_report.py REPORT.html FOLDER-FOR-SCREENSHOTS
"""

import asyncio
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import aiohttp

NARROW, WIDE = (360, 800), (1280, 900)

CONTRAST = """
(() => {
  const rgb = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let worst = { ratio: 99 };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    let ground = element;
    while (ground && rgb(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
    const back = ground ? rgb(getComputedStyle(ground).backgroundColor) : [255, 255, 255];
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: node.data.trim().slice(0, 40), element: element.className || element.tagName };
  }
  return worst;
})()
"""

WIDER_THAN_PAGE = """
Array.from(document.querySelectorAll("body *"))
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".skip, .hidden, .numbers"))
  .slice(0, 5).map((e) => `${e.tagName}.${e.className}`)
"""

# How many pixels the page would have to be scrolled sideways.
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

FOCUSED = "(() => { const e = document.activeElement; return e.id || e.dataset.verdict || e.tagName.toLowerCase(); })()"

VISIBLE = "Array.from(document.querySelectorAll('.finding.item')).filter((e) => !e.hidden).length"


class Page:
    """One page over the DevTools protocol."""

    def __init__(self, socket):
        self.socket = socket
        self.number = 0
        self.errors = []
        self.requests = []
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


async def look(page, report, folder):
    seen = {}
    for domain in ("Page", "Runtime", "Log", "Network"):
        await page.call(f"{domain}.enable")
    await page.size(*NARROW)
    await page.scheme("light")
    begun = asyncio.get_running_loop().time()
    await page.call("Page.navigate", url=pathlib.Path(report).resolve().as_uri())
    await asyncio.wait_for(page.loaded.wait(), 120)
    await page.until("document.querySelector('#shown')?.textContent.includes('shown')")
    seen["opened_after"] = asyncio.get_running_loop().time() - begun
    seen["title"] = await page.value("document.title")
    seen["findings"] = await page.value(VISIBLE)
    seen["open"] = await page.value("document.querySelectorAll('.finding[open]').length")

    for name in ("light", "dark"):
        await page.scheme(name)
        seen[name] = {
            "ground": await page.value("getComputedStyle(document.body).backgroundColor"),
            "contrast": await page.value(CONTRAST),
        }
        await page.shoot(f"{folder}/report-{name}-360.png")
    seen["narrow"] = {
        "page": await page.value(OVERFLOW), "wider": await page.value(WIDER_THAN_PAGE)}

    # By keyboard alone, from the top of the page.
    seen["tab"], seen["unseen"] = [], []
    for _ in range(14):
        await page.press("Tab")
        stop = await page.value(FOCUSED)
        seen["tab"].append(stop)
        if stop != "body" and await page.value("getComputedStyle(document.activeElement).outlineStyle") == "none":
            seen["unseen"].append(stop)
    await page.value("document.activeElement.blur()")
    await page.press("/", "/")
    seen["slash"] = await page.value(FOCUSED)
    await page.type("drift breaking")
    await page.until("document.querySelector('#search').value === 'drift breaking'")
    await asyncio.sleep(0.2)
    seen["searched"] = await page.value(VISIBLE)
    seen["said"] = await page.value("document.querySelector('#shown').textContent")
    await page.press("Escape")
    seen["cleared"] = await page.value(VISIBLE)
    await page.press("j", "j")
    seen["next"] = await page.value(FOCUSED)
    before = await page.value("document.activeElement.parentElement.open")
    await page.press("Enter")
    seen["toggled"] = [before, await page.value("document.activeElement.parentElement.open")]
    await page.value("document.querySelector('button[data-verdict=drift]').focus()")
    await page.press(" ")
    seen["without_drift"] = await page.value(VISIBLE)
    await page.press(" ")
    await page.value("document.querySelector('#expand').focus()")
    await page.press("Enter")
    seen["expanded"] = await page.value("document.querySelectorAll('.finding[open]').length")
    seen["expanded_page"] = await page.value(OVERFLOW)
    seen["expanded_wider"] = await page.value(WIDER_THAN_PAGE)

    await page.scheme("light")
    await page.size(*WIDE)
    seen["beside"] = await page.value("""(() => {
      const row = document.querySelector("tr.changed.finding");
      if (!row) return null;
      const [a, b] = [row.querySelector(".fake"), row.querySelector(".real")].map((e) => e.getBoundingClientRect());
      return a.top === b.top && a.right <= b.left + 1;
    })()""")
    seen["marked"] = await page.value(
        "Array.from(document.querySelectorAll('tr.changed.finding mark')).map((e) => e.textContent).slice(0, 10)")
    seen["bars"] = await page.value("document.querySelectorAll('.trend svg g').length")
    for name in ("light", "dark"):
        await page.scheme(name)
        await page.shoot(f"{folder}/report-{name}-1280.png")
    seen["errors"] = page.errors
    seen["requests"] = [url for url in page.requests if not url.startswith(("file:", "about:"))]
    return seen


async def main(report, folder):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-extensions", "--disable-background-networking", "--remote-debugging-port=0",
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
                    print(json.dumps(await look(page, report, folder)))
                    reader.cancel()
        finally:
            browser.terminate()
            browser.wait(20)


asyncio.run(main(*sys.argv[1:]))
