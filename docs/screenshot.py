"""Makes the picture of the README: `make screenshot`, with IdeaHub's demo and Chromium."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from playwright.async_api import async_playwright

HERE = Path(__file__).parent
SIZE = {"width": 1280, "height": 960}


def free_port() -> int:
    """A port on the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def take(port: int) -> None:
    """Photographs the page of the most supported idea of the demo's challenge."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        page = await browser.new_page(viewport=SIZE, color_scheme="light")
        await page.goto(f"http://127.0.0.1:{port}/sign-in")
        await page.get_by_role("button", name="Ben Okafor").click()
        await page.goto(f"http://127.0.0.1:{port}/ideas?q=walking+bus")
        await page.get_by_role("link", name="A walking bus").click()
        await page.wait_for_timeout(800)
        await page.screenshot(path=HERE / "screenshot.png")
        await browser.close()


def main() -> None:
    """Serves the demo from an empty folder, takes the picture and stops."""
    port = free_port()
    with tempfile.TemporaryDirectory() as var:
        settings = {"PORT": str(port), "IDEAHUB_VAR": var, "IDEAHUB_DEMO": "1"}
        server = subprocess.Popen(
            [sys.executable, "-m", "ideahub", "run"], env={**os.environ, **settings}
        )
        try:
            for _second in range(60):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz")
                    break
                except OSError:
                    asyncio.run(asyncio.sleep(1))
            asyncio.run(take(port))
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
