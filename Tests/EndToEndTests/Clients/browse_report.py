"""Opens an HTML report in headless Chromium as a person would, and prints what was seen as one JSON object.

    browse_report.py REPORT.html FOLDER-FOR-SCREENSHOTS
"""

import asyncio
import json
import pathlib
import sys

import chromium

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
    async with chromium.opened() as page:
        print(json.dumps(await look(page, report, folder)))


asyncio.run(main(*sys.argv[1:]))
