"""The comparison of two saved crawls finds what differs, and leaves out what it is told to."""

import json
from pathlib import Path

import pytest

from tests.support.comparing import compare
from tests.support.normalising import IGNORED, normalised

PAGE = '<form action="/pledges/7/accept">\n  <input type="hidden" name="form_token" value="a">\n'
CHANGED = '<form action="/pledges/7/acceptance">\n'


def saved(folder: Path, pages: dict[str, str], **queries: int) -> Path:
    """A crawl with these pages of a stranger, and "stranger PAGE" → count."""
    (folder / "html" / "stranger").mkdir(parents=True)
    for name, text in pages.items():
        (folder / "html" / "stranger" / f"{name}.html").write_text(text)
    counts = {f"stranger /{page}": number for page, number in queries.items()}
    (folder / "queries.json").write_text(json.dumps(counts))
    return folder


def test_the_same_pages_with_no_more_queries_are_the_same(tmp_path: Path) -> None:
    old = saved(tmp_path / "old", {"home": PAGE}, ideas=3)
    assert compare(old, saved(tmp_path / "new", {"home": PAGE}, ideas=2), [], 9)


def test_what_was_ordered_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = saved(tmp_path / "old", {"home": PAGE})
    new = saved(tmp_path / "new", {"home": CHANGED})
    rules = [IGNORED["form-tokens"], IGNORED["deed-addresses"]]
    assert compare(old, new, rules, 9)
    assert not compare(old, new, rules[:1], 9)
    assert '-<form action="/pledges/7/accept">' in capsys.readouterr().out


def test_a_change_of_many_pages_is_shown_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = saved(tmp_path / "old", {f"ideas.{n}": f"<p>Idea {n}</p>" for n in range(30)})
    new = saved(tmp_path / "new", {f"ideas.{n}": f"<b>Idea {n}</b>" for n in range(29)})
    assert not compare(old, new, [], 9)
    shown = capsys.readouterr().out
    assert shown.count("== ") == 1
    assert "29 pages in both, 29 differ, in 1 ways." in shown
    assert "Only in the first:\n  stranger/ideas.29.html" in shown


def test_more_queries_are_found_where_no_page_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = saved(tmp_path / "old", {"home": PAGE}, ideas=3)
    assert not compare(old, saved(tmp_path / "new", {"home": PAGE}, ideas=4), [], 9)
    assert "stranger /ideas: 3 → 4" in capsys.readouterr().out


def test_what_is_by_chance_is_not_saved() -> None:
    token = '<input type="hidden" name="form_token" value="{}"><a href="/attachments/{}">'
    first, second = token.format("a" * 40, "b" * 32), token.format("c" * 40, "d" * 32)
    assert normalised(first) == normalised(second) != first
