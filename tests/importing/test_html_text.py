"""Foreign HTML becomes Markdown that renders to the same words, safely and with its structure."""

import json
import re
import time
import unicodedata
from collections import Counter
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.core.text.cleaning import MAX_TEXT, clean_text
from ideahub.core.text.rendering import render_markdown
from ideahub.importing.html_text import html_to_markdown, html_to_parts
from ideahub.importing.html_tree import tree

BASE = "https://www.example.gov/challenge/1/"
DATA = Path(__file__).parents[2].parent / "shared" / "data" / "challenge-gov"
BODIES = ("description", "prizes", "rules", "judging", "how-to-enter")
WITHIN_LINES = {
    "a",
    "b",
    "code",
    "em",
    "font",
    "i",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "wbr",
}


class Reader(HTMLParser):
    """The words that a browser would show, pictures by their alternative text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "" if tag in WITHIN_LINES else " "
        self.text += f" {dict(attrs).get('alt') or ''} " if tag == "img" else ""

    def handle_endtag(self, tag: str) -> None:
        self.text += "" if tag in WITHIN_LINES else " "

    def handle_data(self, data: str) -> None:
        self.text += data


def words(html: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFKC", Reader(html).text)))


def shown(markdown: str) -> str:
    return " ".join(Reader(render_markdown(markdown)).text.split())


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<div>a</div><div>b</div>c", "a\n\nb\n\nc"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("two\nlines\n\nand &amp; more", "two\nlines\n\nand & more"),
        ("<h2>Why <em>now</em>?</h2><h4><strong>Bold</strong></h4>", "## Why _now_?\n\n#### Bold"),
        ("<h3></h3><p>&nbsp;</p><p> </p>", ""),
        ("<b>Note:</b> x <b>y</b>z", "**Note:** x **y**z"),
        ("<b>Note:</b>x", "**Note**:x"),
        ("<b> a </b><i>b</i>", "**a** _b_"),
        ("<b><p>a</p><p>b</p></b>", "**a**\n\n**b**"),
        ("x<i>y</i>z <del>no</del>", "xyz ~~no~~"),
        ("10<sup>6</sup> 5<sup>th</sup> CO<sub>2</sub> PM<sub>2.5</sub>", "10⁶ 5th CO₂ PM2.5"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("<ol start=3><li>a<li><p>b<p>c</ol>", "3. a\n4. b\n\n   c"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b"),
        ("<dl><dt>T<dd>D</dl>", "**T**\n\n- D"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("a<hr><hr>b", "a\n\n***\n\nb"),
        ("<pre>a\n  b ```</pre>", "````\na\n  b ```\n````"),
        ("<code>a`b</code>", "``a`b``"),
        ("<details><summary>S</summary>x</details>", "**S**\n\nx"),
        ('<img src="/x.png" alt="A map"> <img src="y.png">', "\\[A map\\]"),
        # links
        ('<a href="https://a.example/(b)">x</a>', "[x](https://a.example/%28b%29)"),
        ('<a href="https://a.example">https://a.example</a>', "<https://a.example>"),
        ('<a href="mailto:a@b.example?subject=c">a@b.example</a>', "<a@b.example>"),
        ('<a href="a@b.example">write</a>', "[write](mailto:a@b.example)"),
        ('<a href="www.a.example">x</a>', "[x](https://www.a.example)"),
        ('<a href="/rules.pdf">x</a>', "[x](https://www.example.gov/rules.pdf)"),
        ('<a href="{{ site.baseurl }}/rules.pdf">x</a>', "[x](https://www.example.gov/rules.pdf)"),
        ('<a href="#top">x</a> <a href="javascript:alert(1)">y</a> <a>z</a>', "x y z"),
        ('<a href="https://a.example"><img src="b.png"></a>', ""),
        ("see https://a.example/b_c_.", "see <https://a.example/b_c_>."),
        ('Wow!<a href="https://a.example">x</a>', "Wow\\![x](https://a.example)"),
        # remains
        ("<script>alert(1)</script><style>p{}</style><!-- c --><p>x", "x"),
        ("a{{ site.title }}{% include x %}b", "ab"),
        ("<p><!--[if !supportLists]-->a)<!--[endif]--> b", "a) b"),
        ("<p>a&lt;br&gt;b&lt;/div&gt;", "a\nb"),
        ("<code>&lt;br&gt;</code>", "`<br>`"),
        ("<iframe src=x>y</iframe><svg><text>z</text></svg>", ""),
        ("https://www.a<wbr>.example", "<https://www.a.example>"),
        ("a\u200bb\u202ec", "a bc"),
    ],
)
def test_structure_is_kept_and_remains_go(html: str, markdown: str) -> None:
    assert html_to_markdown(html, BASE) == markdown


def test_without_a_base_relative_links_are_text() -> None:
    assert html_to_markdown('<a href="/rules.pdf">x</a>') == "x"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<tr><th>A<th>B<tr><td>1<td>2", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("<thead><tr><td>A<td>B<tbody><tr><td>1<td>2", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("<tr><td><b>A</b><td><b>B</b><tr><td>1<td>2", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("<tr><td>1<td>2<tr><td>3", "|  |  |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |"),
        ("<tr><td>a|b<td><p>c<p>d<tr><td>e<td><ul><li>f<li>g</ul>",
         "|  |  |\n| --- | --- |\n| a\\|b | c<br>d |\n| e | • f<br>• g |"),
        ("<tr><td rowspan=2>a<td>b<tr><td>c<tr><td colspan=2>d",
         "|  |  |\n| --- | --- |\n| a | b |\n|  | c |\n| d |  |"),
        ("<tr><td>a<td>&nbsp;<tr><td>b<td>", "a\n\nb"),
        ("<tr><td>For the xTech<td>SBIR pilot", "For the xTech \\| SBIR pilot"),
        ("<tr><td><table><tr><td>a<td>b</table><td>c", "a \\| b\n\nc"),
        ("<caption>Dates</caption><tr><td>1<td>2<tr><td>3<td>4",
         "**Dates**\n\n|  |  |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"),
        ("", ""),
    ],
)  # fmt: skip
def test_tables(html: str, markdown: str) -> None:
    assert html_to_markdown(f"<table>{html}</table>") == markdown


MARKS = st.text(alphabet="cx1 *_`[]()<>#-+=~!|\\&;:.\n/\"'{}@", max_size=60)


@settings(max_examples=500, deadline=None)
@given(MARKS)
@pytest.mark.slow
def test_text_is_never_taken_for_markdown(text: str) -> None:
    expected = re.sub(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}", "", clean_text(text))
    assert shown(html_to_markdown(f"<p>{escape(text)}</p>")) == " ".join(expected.split())


TAGS = (
    "a b blockquote br code dd del dl dt em h2 h4 hr i img li ol p pre script span strong sub sup "
    "table td th tr u ul"
)
PIECES = [
    *(f"<{tag}>" for tag in TAGS.split()),
    *(f"</{tag}>" for tag in TAGS.split()),
    *('<a href="https://a.example/(b)">', '<a href="/b">', "<td colspan=2>", "<td rowspan=3>"),
    *("<ol start=7>", " ", "\n", "&nbsp;", "<!-- x -->", "word", "Ab", "x*y", "_z_", "1.", "- q"),
    *("# h", "a|b", "http://u.example/w_x_", "(p)", "“q”", ".", ":", "!", "`", "é", "10", "\\"),
]


def letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]", unicodedata.normalize("NFKC", text))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
@pytest.mark.slow
def test_no_word_is_lost_or_moved_whatever_the_tags(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert letters(shown(html_to_markdown(html, BASE))) == letters(tree(html).text())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.integers(5, 60))
def test_parts_fit_and_lose_nothing(html: str, limit: int) -> None:
    parts = html_to_parts(html, limit=limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(html_to_markdown(html).split())
    assert html_to_markdown(html, limit=limit) == (parts[0] if parts else "")


def test_parts_are_cut_between_blocks() -> None:
    html = "".join(f"<p>{letter * 30}" for letter in "abc")
    assert html_to_parts(html, limit=70) == [f"{'a' * 30}\n\n{'b' * 30}", "c" * 30]


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    [
        "<b>",
        "<div>",
        "<ul><li>",
        "<table><tr><td>",
        "<p><b>",
        "<a href=x>",
        "<i><b>a",
        "<br> ",
        "*",
        "[",
        "`",
        "<pre>`",
        "&lt;br&gt;",
        "{{",
        "<sup>",
        "<dl><dt>a<dd>",
        "<li>x",
        "<!--",
        "http://",
    ],
)
def test_no_html_takes_long_or_nests_too_deep(part: str) -> None:
    html = (part * 50_000)[:50_000]
    began = time.process_time()
    html_to_markdown(html)
    # Generous: one second was the longest on a slow machine.
    assert time.process_time() - began < 10


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_real_challenges_keep_every_word() -> None:
    bodies = [
        record[body]
        for feed in sorted(DATA.glob("feed-*.json"))
        for record in json.loads(feed.read_text())["_challenge"]
        for body in BODIES
        if record.get(body)
    ]
    assert len(bodies) > 300
    for html in bodies:
        parts = html_to_parts(html, BASE)
        assert all(len(part) <= MAX_TEXT for part in parts)
        # What was pasted as text, &lt;br&gt;, counts as a tag; templates do not count at all.
        source = re.sub(r"\{\{.*?\}\}", "", html)
        source = re.sub(
            r"&lt;/?[a-z][a-z0-9]*(?: [^&<>]*)?/?&gt;", lambda tag: unescape(tag[0]), source
        )
        assert words(" ".join(map(render_markdown, parts))) == words(source)


def test_a_table_that_nobody_could_read_as_one_keeps_its_words() -> None:
    wide = "".join(f"<td>wide{at}</td>" for at in range(200))
    long = "".join(f"<tr><td>long{at}</td></tr>" for at in range(200))
    words = html_to_markdown(f"<table><tr>{wide}</tr>{long}</table>").split()
    assert words == [*(f"wide{at}" for at in range(200)), *(f"long{at}" for at in range(200))]


def test_words_within_endless_tags_stay() -> None:
    assert html_to_markdown("<div>" * 5_000 + "here" + "</div>" * 5_000 + "<p>there").split() == [
        "here",
        "there",
    ]
    # Those that end by themselves are no nesting.
    assert html_to_markdown("<p>a" * 3_000 + "<ul><li>b</ul>").endswith("- b")
