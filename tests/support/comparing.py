"""Two saved crawls side by side: what of the pages differs, and which need more queries."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from zlib import crc32

from tests.support.normalising import Rule

MOST_LISTED = 40
IN_ANOTHER_ORDER = "(the same in another order, from here on)"
ICON = re.compile(r'<svg class="icon".*?</svg>', re.DOTALL)


def compare(old: Path, new: Path, rules: Sequence[Rule], most_lines: int) -> bool:
    """Prints what differs, each kind of difference once; whether nothing does and no count grew."""
    before, after = _pages(old, new), _pages(new, old)
    _list("Only in the first", before.keys() - after.keys())
    _list("Only in the second", after.keys() - before.keys())
    both = sorted(before.keys() & after.keys())
    # Numbers differ from page to page where the same was changed in all of them.
    changes: dict[str, dict[str, str]] = {}
    differing = set()
    for name in both:
        for change in _changes(before[name], after[name], rules):
            differing.add(name)
            changes.setdefault(re.sub(r"\d+", "0", change), {}).setdefault(name, change)
    for places in sorted(changes.values(), key=len, reverse=True):
        _show(places, most_lines)
    print(f"\n{len(both)} pages in both, {len(differing)} differ, in {len(changes)} ways.")
    same_counts = _compare_queries(old, new)
    return same_counts and before.keys() == after.keys() and not differing


def _pages(folder: Path, other: Path) -> dict[str, Path]:
    """The pages of those who looked around both times."""
    root = folder / "html"
    roles = [place.name for place in root.iterdir() if (other / "html" / place.name).is_dir()]
    pages = [path for role in roles for path in (root / role).iterdir()]
    return {path.relative_to(root).as_posix(): path for path in pages}


def _changes(old: Path, new: Path, rules: Sequence[Rule]) -> Iterator[str]:
    """Each place of a page that differs, with a line before and after; of a page with the same
    lines in another order only the first."""
    first, second = (_lines(page.read_text(), rules) for page in (old, new))
    if first == second:
        return
    if sorted(first) == sorted(second):
        at = next(at for at, line in enumerate(first) if line != second[at])
        yield "\n".join([IN_ANOTHER_ORDER, f"-{first[at][:50]}", f"+{second[at][:50]}"])
        return
    change: list[str] = []
    for line in [*unified_diff(first, second, n=1), "@@"][2:]:
        if not line.startswith("@@"):
            change.append(line)
        elif change:
            yield "\n".join(change)
            change = []


def _lines(text: str, rules: Sequence[Rule]) -> list[str]:
    """A line for each tag, text and icon; white space counts as one blank."""
    for rule in rules:
        text = rule(text)
    text = ICON.sub(lambda icon: f"<svg icon {crc32(icon[0].encode()):08x}>", text)
    pieces = re.split(r"(?=<)|(?<=>)", re.sub(r"\s+", " ", text))
    return [piece for piece in pieces if piece.strip()]


def _show(places: dict[str, str], most_lines: int) -> None:
    """The change on the first page, and how many other pages have one like it."""
    name, *others = places
    more = f" and {len(others)} more, such as {others[-1]}" if others else ""
    lines = [line[:200] for line in places[name].split("\n")]
    left = [f"… {len(lines) - most_lines} lines more"] if len(lines) > most_lines else []
    print(f"\n== {name}{more}", *lines[:most_lines], *left, sep="\n")


def _compare_queries(old: Path, new: Path) -> bool:
    before: dict[str, int] = json.loads((old / "queries.json").read_text())
    after: dict[str, int] = json.loads((new / "queries.json").read_text())
    both = before.keys() & after.keys()
    more = [name for name in both if after[name] > before[name]]
    fewer = [name for name in both if after[name] < before[name]]
    _list("More queries", (f"{name}: {before[name]} → {after[name]}" for name in more))
    print(f"{len(both)} counts in both, {len(more)} more, {len(fewer)} fewer.")
    return not more


def _list(title: str, lines: Iterable[str]) -> None:
    found = sorted(lines)
    if found:
        more = [f"… and {len(found) - MOST_LISTED} more"] if len(found) > MOST_LISTED else []
        print(f"\n{title}:", *(f"  {line}" for line in [*found[:MOST_LISTED], *more]), sep="\n")
