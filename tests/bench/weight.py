"""Weight: the bytes of the first view of public pages, compressed as a browser gets them.

The HTML, the style sheet and the script. Fonts are not among them: text is shown before they come.
"""

import gzip
import re
from collections.abc import Collection
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from tests.bench import served
from tests.bench.bench import Bench
from tests.bench.pages import HOT
from tests.bench.report import Row, number
from tests.bench.rounds import spread
from tests.bench.wrk import HEADERS

ASSETS = re.compile(r'<(?:link rel="stylesheet"|script)[^>]+(?:href|src)="([^"]+)"')
MOST_IN_ALL, AIM_IN_ALL, MOST_OF_HTML = 80, 60, 60


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """The rows of this section: two for each page."""
    with bench.site():
        return [row for name, path in HOT.items() for row in _rows(name, path)]


def _rows(name: str, path: str) -> list[Row]:
    sent, html = fetch(path)
    text = html.decode()
    found = [fetch(urljoin(path, asset))[0] for asset in dict.fromkeys(ASSETS.findall(text))]
    parts = ", ".join(f"{number(size / 1000)} kB" for size in found)
    beside = f"HTML {number(sent / 1000)} kB; style sheet and script {parts}"
    in_all = spread([(sent + sum(found)) / 1000])
    raw = spread([len(html) / 1000])
    return [
        Row(
            f"first view: {name}", in_all, "kB", MOST_IN_ALL, AIM_IN_ALL, less_is_better=True,
            beside=beside,
        ),
        Row(
            f"HTML before compression: {name}", raw, "kB", MOST_OF_HTML, MOST_OF_HTML,
            less_is_better=True,
        ),
    ]  # fmt: skip


def fetch(path: str) -> tuple[int, bytes]:
    """The bytes that were sent, and what they say."""
    headers = HEADERS | {"Accept-Encoding": "gzip"}
    with urlopen(Request(f"http://127.0.0.1:{served.PORT}{path}", headers=headers)) as answer:
        sent = answer.read()
        zipped = answer.headers["content-encoding"] == "gzip"
    return len(sent), gzip.decompress(sent) if zipped else sent
