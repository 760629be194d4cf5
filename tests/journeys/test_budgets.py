"""What a first view may weigh, and how still it stands."""

from dataclasses import dataclass, field

import pytest
from playwright.async_api import CDPSession

from tests.journeys.browsing import Stage

PAGES = ("/", "/challenges/1", "/ideas/1")
MOST, MOST_SCRIPT, MOST_SHIFT = 100_000, 25_000, 0.02
WIDTH = "Math.max(document.scrollingElement.scrollWidth, document.body.scrollWidth)"
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


@dataclass
class Weighed:
    """The bytes that came over the wire, headers and all, by kind."""

    kinds: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, float] = field(default_factory=dict)

    def listen(self, session: CDPSession) -> None:
        """Counts from now on."""
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, str]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _finished(self, event: dict[str, str]) -> None:
        kind = self.kinds.get(event["requestId"], "")
        self.bytes[kind] = self.bytes.get(kind, 0) + float(event["encodedDataLength"])


@pytest.mark.parametrize("path", PAGES)
async def test_a_first_view(path: str, visit: Stage) -> None:
    context = await visit.context(None, viewport={"width": 390, "height": 800})
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    weighed = Weighed()
    weighed.listen(session)
    await session.send("Network.enable")
    await page.goto(path, wait_until="networkidle")
    shifted = await page.evaluate(SHIFTS)
    light = {kind: weighed.bytes[kind] for kind in ("Document", "Stylesheet", "Script")}
    assert all(light.values())
    assert sum(light.values()) <= MOST, light
    assert light["Script"] <= MOST_SCRIPT, light
    # The font is not waited for (`font-display: optional`), so it is counted by itself.
    assert weighed.bytes.get("Font", 0) <= MOST / 2, weighed.bytes
    assert shifted <= MOST_SHIFT


@pytest.mark.parametrize(
    "path", [*PAGES, "/ideas", "/pipeline", "/sign-in", "/challenges/8/results"]
)
async def test_right_to_left(path: str, visit: Stage) -> None:
    """The same page, mirrored: nothing sticks out on a phone."""
    tab = await visit.tab(None, path, viewport={"width": 320, "height": 700})
    await tab.page.evaluate("document.documentElement.dir = 'rtl'")
    assert await tab.page.evaluate(WIDTH) <= 320
    for family, copier in visit.other_fonts.items():
        async with copier.copied(tab.page) as copy:
            assert await copy.evaluate(WIDTH) <= 320, family
    # Ours follows the page; what people wrote runs as they wrote it.
    link = tab.page.locator("footer a").first
    assert await link.evaluate("one => getComputedStyle(one).direction") == "rtl"
