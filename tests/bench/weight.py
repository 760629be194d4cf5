"""Weight: the bytes of the first view of public pages, compressed as a browser gets them.

The HTML, the style sheet and the script. Fonts are not among them: text is shown before they come.
"""

import re
from collections.abc import Collection

from tests.bench import served
from tests.bench.asking import Ask, get
from tests.bench.bench import Bench
from tests.bench.pages import HOT
from tests.bench.report import Row, number
from tests.bench.rounds import spread

ASSETS = re.compile(r'<(?:link rel="stylesheet"|script)[^>]+(?:href|src)="([^"]+)"')
MOST_IN_ALL, AIM_IN_ALL, MOST_OF_HTML = 80, 60, 60


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """The rows of this section: two for each page."""
    with bench.site():
        return [row for name, path in HOT.items() for row in _rows(name, path)]


def _rows(name: str, path: str) -> list[Row]:
    page = get(served.PORT, Ask(path))
    assets = dict.fromkeys(ASSETS.findall(page.text))
    found = [get(served.PORT, Ask(asset)).sent for asset in assets]
    parts = ", ".join(f"{number(size / 1000)} kB" for size in found)
    beside = f"HTML {number(page.sent / 1000)} kB; style sheet and script {parts}"
    in_all = spread([(page.sent + sum(found)) / 1000])
    raw = spread([len(page.text.encode()) / 1000])
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
