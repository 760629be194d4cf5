"""Texts of people who know no Markdown read as they were meant, wherever they are shown."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.text.rendering import excerpt, render_markdown
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea


def bare(source: str) -> str:
    """The HTML without line ends between tags, and without what is the same for all."""
    html = re.sub(r' (dir="auto"|rel="[^"]*")', "", render_markdown(source))
    return re.sub(r"(?<=>)\n|\n(?=<)", "", html)


def links(source: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', render_markdown(source))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("- a\n- b\nBye,\nAda", "<ul><li>a</li><li>b</li></ul><p>Bye,<br>Ada</p>"),
        ("1. a\n2. b\nBye", "<ol><li>a</li><li>b</li></ol><p>Bye</p>"),
        ("- a\n  goes on\n- b", "<ul><li>a<br>goes on</li><li>b</li></ul>"),
        ("1. a\n goes on", "<ol><li>a<br>goes on</li></ol>"),
        ("- a\n  - b\nBye", "<ul><li>a<ul><li>b</li></ul></li></ul><p>Bye</p>"),
        ("- a\n  - b\n  of a", "<ul><li>a<ul><li>b</li></ul>of a</li></ul>"),
        ("> said\nmy answer", "<blockquote><p>said</p></blockquote><p>my answer</p>"),
        ("> a\n> b\n\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"),
        ("> - a\n> b\nc", "<blockquote><ul><li>a</li></ul><p>b</p></blockquote><p>c</p>"),
        ("- > a\n  b\nc", "<ul><li><blockquote><p>a</p></blockquote>b</li></ul><p>c</p>"),
        ("    far to the right", "<p>far to the right</p>"),
        ("\tby a tab", "<p>by a tab</p>"),
        ("Above\n\n    * a\n    * b", "<p>Above</p><ul><li>a</li><li>b</li></ul>"),
        ("- a\n - b\n  - c\n    - d", "<ul><li>a</li><li>b</li><li>c<ul><li>d</li></ul></li></ul>"),
        ("1986. A great year", "<p>1986. A great year</p>"),
        ("12. December", '<ol start="12"><li>December</li></ol>'),
        ("#1 is the bus", "<p>#1 is the bus</p>"),
        ("one\ntwo\r\nthree\rfour", "<p>one<br>two<br>three<br>four</p>"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "<td>2 | 3</td></tr></tbody></table>"),
        ("| a |\n|---|\n| 1 |\n| 2 |", "<tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>"),
        ("| a | b |\n|---|---|\n| 1 \\| 2 | 3 |", "<td>1 | 2</td><td>3</td></tr></tbody></table>"),
    ],
)
def test_lines_and_paragraphs_are_where_people_put_them(source: str, html: str) -> None:
    assert bare(source).endswith(html)
    if not html.startswith("<t"):
        assert bare(source) == html


@pytest.mark.parametrize(
    ("source", "addresses"),
    [
        ("https://city.example/f_", ["https://city.example/f_"]),
        ("https://city.example/f_.", ["https://city.example/f_"]),
        ("_see https://city.example/f_", ["https://city.example/f"]),
        ("_https://city.example/f_", ["https://city.example/f"]),
        ("(_https://city.example/f_)", ["https://city.example/f"]),
        ("**https://city.example/f**", ["https://city.example/f"]),
        ("a_b https://city.example/__x__", ["https://city.example/__x__"]),
        ("www.city.example/plan_b, and", ["https://www.city.example/plan_b"]),
        ("(WWW.city.example)", ["https://WWW.city.example"]),
        ("Mail: ada.b+x@city.example.", ["mailto:ada.b+x@city.example"]),
        ("mailto:ada@city.example?subject=Hi", ["mailto:ada@city.example"]),
        ("ada@localhost, @ada, a@b, www., www.x", []),
        ("https://ada@city.example", []),
        ("[ada@city.example](https://city.example)", ["https://city.example"]),
        ("`ada@city.example`", []),
        ("https://city.example/a|b", ["https://city.example/a%7Cb"]),
    ],
)
def test_addresses_open_as_they_were_typed(source: str, addresses: list[str]) -> None:
    assert links(source) == addresses


def test_a_year_stays_in_the_excerpt() -> None:
    assert excerpt("1986. A great year") == "1986. A great year"


async def test_preview_page_and_history_show_the_same_lines(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    source = "- a bench\nRegards,\nAda\n    and Ben: https://city.example/f_"
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    # A link that a new account adds to few words would wait for a moderator.
    cast.ada.created_at = datetime.now(UTC) - timedelta(days=30)
    await db.commit()
    ada = await browse(cast.ada)
    previewed = (await ada.post("/preview", {"body": source}, htmx=True)).text
    answer = await ada.post(
        f"/ideas/{idea.id}/revision",
        {"title": idea.title, "body": source, "why": "", "revision": "1", "campaign_id": "1"},
    )
    assert answer.status_code == 303, answer.text
    shown = render_markdown(source)
    assert shown in previewed
    assert shown in (await ada.get(f"/ideas/{idea.id}")).text
    revision = (await ada.get(f"/ideas/{idea.id}/history/2")).text
    assert all(line in revision for line in source.replace("\n    ", "\n").split("\n"))
