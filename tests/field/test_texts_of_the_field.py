"""Texts that broke this or other software, each with what is right for it."""

import csv
import html
import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.bidi import isolate
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import clean_line
from ideahub.core.text.rendering import excerpt, render_markdown
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Idea
from ideahub.ideas.searching import similar_ideas
from ideahub.organisations.addresses import clean_address, staff_organisation
from ideahub.organisations.models import Organisation
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, add, make_idea, viewer_of


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


async def test_every_search_of_the_table_finds_its_title(
    db: AsyncSession, cast: Cast, texts: Path, campaign: Campaign
) -> None:
    """Also those that are only nice to have."""
    viewer = await viewer_of(db, cast.cem)
    table = [row for row in rows(texts / "search.tsv") if row["must be found"] != "no error"]
    titles = {row["text of the idea (title)"] for row in table}
    ideas = {title: await make_idea(db, campaign, cast.ada, title) for title in titles}
    missing = []
    for row in table:
        words = IdeaFilters(order=IdeaOrder.MATCH, words=row["query"])
        found = {card.id for card in (await browse_ideas(db, viewer, words)).cards}
        if ideas[row["text of the idea (title)"]].id not in found:
            missing.append((row["text of the idea (title)"], row["query"]))
    assert missing == []
    assert len(table) >= 23


async def test_no_search_of_the_table_fails(
    db: AsyncSession, cast: Cast, texts: Path, campaign: Campaign, stranger: Browser
) -> None:
    await make_idea(db, campaign, cast.ada)
    await db.commit()
    for row in rows(texts / "search.tsv"):
        for page in ("/ideas", "/challenges", "/idea-boxes"):
            answer = await stranger.get(page, params={"q": row["query"]})
            assert answer.status_code == 200, (page, row["query"])
        answer = await stranger.get("/ideas/similar", params={"title": row["query"]})
        assert answer.status_code == 200, row["query"]


async def test_each_title_of_the_table_is_similar_to_itself_in_other_letters(
    db: AsyncSession, cast: Cast, campaign: Campaign
) -> None:
    viewer = await viewer_of(db, cast.cem)
    for title, typed in (
        ("Más participación en Tetuán", "mas participacion en tetuan"),
        ("Anti-graffiti paint", "antigraffiti paint"),
        ("Straße sanieren", "STRASSE SANIEREN"),
        ("ＷＩＦＩ ｆｏｒ ａｌｌ", "wifi for all"),
        ("ул. Ленина: больше деревьев", "дерево на ул ленина"),
    ):
        idea = await make_idea(db, campaign, cast.ada, title)
        assert idea.id in {one.id for one in await similar_ideas(db, viewer, typed)}, typed


# What becomes of each address of the table; None: it is refused, with what to type.
ACCOUNTS: dict[str, str | None] = {
    "Nora.Szoke@Lindenau.Example": "nora.szoke@lindenau.example",
    " nora.szoke@lindenau.example ": "nora.szoke@lindenau.example",
    "nora.szoke@lindenau.example.": None,
    "nora+ideas@lindenau.example": "nora+ideas@lindenau.example",
    "nora.szoke@b\u00fccher.example": "nora.szoke@xn--bcher-kva.example",
    "nora.szoke@xn--bcher-kva.example": "nora.szoke@xn--bcher-kva.example",
    "nora@stra\u00dfe.example": "nora@xn--strae-oqa.example",
    "nora@strasse.example": "nora@strasse.example",
    "n\u00f6r\u00e1@lindenau.example": None,
    "nora@lindenau\u3002example": "nora@lindenau.example",
    "nora\u200b@lindenau.example": None,
    "Nora Sz\u0151ke <nora.szoke@lindenau.example>": None,
    "mailto:nora.szoke@lindenau.example": None,
    "nora.szoke@lindenau.example; tim@lindenau.example": None,
    "nora@sub.lindenau.example": "nora@sub.lindenau.example",
    "nora@notlindenau.example": "nora@notlindenau.example",
    "nora@lindenau.example.evil.example": "nora@lindenau.example.evil.example",
    '"nora szoke"@lindenau.example': None,
    "o'brien@lindenau.example": "o'brien@lindenau.example",
}
STAFF = re.compile(r".*@(sub\.)?lindenau\.example")


async def test_each_address_is_one_account_and_staff_only_where_it_belongs(
    db: AsyncSession, cast: Cast, browse: Browse, texts: Path
) -> None:
    lindenau = await add(db, Organisation(name="Lindenau", mail_domain="lindenau.example"))
    await add(db, Organisation(name="Street", mail_domain="xn--strae-oqa.example"))
    await db.commit()
    typed = [row["typed"] for row in rows(texts / "addresses.tsv")]
    assert set(typed) == set(ACCOUNTS)
    for address in typed:
        if ACCOUNTS[address] is None:
            with pytest.raises(Invalid):
                clean_address(address)
            stranger = await browse(None)
            answer = await stranger.post("/sign-in", {"email": address, "how": "code"})
            assert answer.status_code == 422, address
            assert html.escape(address, quote=False) in html.unescape(answer.text) or (
                address in html.unescape(answer.text)
            ), "what was typed stays"
            continue
        account = clean_address(address).lower()
        assert account == ACCOUNTS[address]
        staff = await staff_organisation(db, account)
        assert (staff is not None and staff.id == lindenau.id) == bool(STAFF.fullmatch(account))
    assert await staff_organisation(db, "nora@strasse.example") is None


@pytest.fixture
async def mia(cast: Cast, browse: Browse) -> Browser:
    """A manager's browser: however many links her texts have, they wait for no moderator."""
    return await browse(cast.mia)


def shown(page: str) -> str:
    """The text of a page, without tags and the isolates around names."""
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]+>", "", page, flags=re.DOTALL)
    return re.sub("[\u2066-\u2069]", "", html.unescape(bare))


async def posted(browser: Browser, campaign_id: int, **fields: str) -> str:
    """Posts an idea; the address of its page."""
    form = {"campaign_id": str(campaign_id), "title": "A title", "body": "Words."} | fields
    answer = await browser.post("/ideas/new", form)
    assert answer.status_code == 303, (fields, answer.status_code)
    return answer.headers["location"]


async def test_each_title_has_the_same_characters_everywhere(
    texts: Path, campaign: Campaign, mia: Browser, stranger: Browser
) -> None:
    for line in (texts / "titles.txt").read_text(encoding="utf-8").split("\n"):
        if not (title := clean_line(line)):
            assert not line
            continue
        here = await posted(mia, campaign.id, title=line)
        page = (await stranger.get(here)).text
        tab = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert tab
        assert shown(tab[1]).startswith(title), line
        assert isolate(title, "ltr") in html.unescape(tab[1]), "in its own direction"
        for other in (here, f"{here}/history", "/ideas", f"/idea-boxes/{campaign.id}", "/pipeline"):
            assert title in shown((await stranger.get(other)).text), (other, title)


async def test_each_name_is_shown_as_it_is_or_refused(
    texts: Path, idea: Idea, ada: Browser, stranger: Browser
) -> None:
    lines = (texts / "names.txt").read_text(encoding="utf-8").split("\n")
    for line in lines:
        if not line or line.startswith("#"):
            continue
        answer = await ada.post("/account", {"name": line, "title": ""})
        name = clean_line(line)
        if not name:
            assert answer.status_code == 422
            continue
        assert answer.status_code == 303, line
        assert name in shown((await stranger.get(f"/ideas/{idea.id}")).text), line
        assert not re.search("[\u202a-\u202e]", name)
        assert len(name) < 80, "no tower of accents"


async def test_each_tag_opens_its_own_list(
    db: AsyncSession, texts: Path, campaign: Campaign, ada: Browser
) -> None:
    tags = (texts / "tags.txt").read_text(encoding="utf-8").strip().split(", ")
    all_at_once = {"campaign_id": str(campaign.id), "title": "T", "body": "B"}
    answer = await ada.post("/ideas/new", all_at_once | {"tags": ", ".join(tags)})
    assert answer.status_code == 422
    assert "At most 8 tags, please. These are 12." in answer.text, "the two naïve are one"
    for part, title in ((tags[:7], "The first"), (tags[7:], "The others")):
        await posted(ada, campaign.id, title=title, tags=", ".join(part))
        found = (await db.scalars(select(Idea.tags).where(Idea.title == title))).one()
        assert "".join(found).casefold().replace("i\u0307", "i") == "".join(
            dict.fromkeys(clean_line(tag).lstrip("#") for tag in part)
        ).casefold().replace("i\u0307", "i")
        for tag in found:
            page = (await ada.get("/ideas", params={"tag": tag})).text
            assert f">{html.escape(title)}</a>" in page, tag
            links = re.findall(r'class="tag"(?: dir="auto")? href="([^"]+)"[^>]*>([^<]+)<', page)
            assert links
            for address, _name in links:
                assert (await ada.get(html.unescape(address))).status_code == 200
    assert "İstanbul" in found


LINES = [
    "Dear city,<br>please mend these:</p>",
    "<li>the lamp</li></ul>",
    "<li>second</li></ol><p>Regards,<br>Nora</p>",
    "<p>Opening hours:<br>Mon  9-12<br>Tue 14-18</p>",
    "<p>1986. A great year to begin a line with.</p>",
    "indented by a tab<br>indented by four blanks, as from an e-mail</p>",
    "<p>quoted from a letter</p></blockquote><p>and my answer directly below</p>",
    "5 * 3 * 2 and snake_case_word and ~approx~ and &lt;3 and a &lt; b &gt; c &amp; &lt;",
]
ADDRESSES = [
    "https://lindenau.example/docs/module-budgets_paper_ballots",
    "https://lindenau.example/watch?v=_2_-21bdGe4",
    "https://lindenau.example/file__x__.jpg",
    "https://build.lindenau.example/project/home:ada:branches:home:ben",
    "https://de.wikipedia.example/wiki/Grafenau_(W%C3%BCrttemberg)",
    "https://lindenau.example/a",
    "https://lindenau.example/b",
    "https://lindenau.example/c",
    "https://lindenau.example/d",
    "https://lindenau.example/e",
    "https://www.xn--fluglrm-portal-9hb.example/l%C3%A4rm/%C3%BCbersicht?gr%C3%B6%C3%9Fe=%C3%A4#stra%C3%9Fe",
    "http://xn--bcher-kva.example/",
    "https://www.lindenau.example/plan",
    "mailto:ada.brandt+ideas@lindenau.example",
    "mailto:ada@lindenau.example",
    "https://lindenau.example/f_",
    "https://lindenau.example/g*h*i",
    "https://lindenau.example/~user/'quoted'/x;y=1,2",
    "https://lindenau.example/a%7Cb",
]


def test_lines_end_where_they_were_ended(texts: Path) -> None:
    rendered = render_markdown((texts / "line-breaks.md").read_text(encoding="utf-8"))
    plain = re.sub(r' dir="auto"|(?<=>)\n|\n(?=<)', "", rendered)
    for line in LINES:
        assert line in plain
    assert "<pre>" not in plain


def test_every_address_opens_as_typed(texts: Path) -> None:
    rendered = render_markdown((texts / "links.md").read_text(encoding="utf-8"))
    assert [html.unescape(one) for one in re.findall(r'href="([^"]+)"', rendered)] == ADDRESSES


def test_nothing_of_a_text_from_a_word_processor_is_lost(texts: Path) -> None:
    source = (texts / "from-word.txt").read_bytes().decode()
    rendered = render_markdown(source)
    lines = [" ".join(line.split()) for line in re.split(r"[\n\v]", source) if line]
    seen = [" ".join(line.split()) for line in shown(rendered).split("\n")]
    assert [line for line in seen if line] == lines
    assert rendered.count("<br>") == len(lines) - 1


def test_each_paragraph_has_its_own_direction(texts: Path) -> None:
    """Lists and quotations by an attribute, as their marks stand beside the lines; lines by the
    style sheet."""
    rendered = render_markdown((texts / "rtl.md").read_text(encoding="utf-8"))
    assert '<ul dir="auto">' in rendered
    assert '<blockquote dir="auto">' in rendered
    css = (Path(__file__).parents[2] / "web/assets/css/prose.css").read_text()
    assert re.search(r"\.prose :is\(p, li,[^}]*unicode-bidi: plaintext", css)
    assert "https://lindenau.example/a_(b)" in rendered


@pytest.mark.parametrize("name", ["rtl.md", "links.md", "line-breaks.md", "from-word.txt"])
async def test_preview_page_and_card_agree(
    texts: Path, name: str, campaign: Campaign, mia: Browser
) -> None:
    source = (texts / name).read_bytes().decode()
    preview = (await mia.post("/preview", {"body": source}, htmx=True)).text
    here = await posted(mia, campaign.id, title=name, body=source)
    rendered = render_markdown(source)
    assert rendered in preview
    assert rendered in (await mia.get(here)).text
    assert html.escape(excerpt(source)) in (await mia.get("/ideas")).text.replace("&#34;", "&quot;")
    history = shown((await mia.get(f"{here}/history/1")).text)
    for line in re.split(r"[\r\n\v]+", source):
        assert line.strip() in history, line


@pytest.mark.parametrize(("many", "taken"), [(20_000, True), (20_001, False)])
async def test_the_server_counts_a_line_end_as_one_character(
    texts: Path, many: int, taken: bool, campaign: Campaign, ada: Browser
) -> None:
    source = (texts / f"exactly-{many}-with-line-ends.txt").read_bytes().decode()
    form = {"campaign_id": str(campaign.id), "title": "T", "body": source}
    saved = await ada.post("/drafts/idea-new", form)
    assert saved.status_code == 204
    kept = (await ada.get(f"/ideas/new?within={campaign.id}")).text
    assert source.replace("\r\n", "\n") in html.unescape(kept), "the draft keeps all of it"
    answer = await ada.post("/ideas/new", form)
    assert answer.status_code == (303 if taken else 422)
    assert taken or "Shorten this to 20,000 characters; it has 20,001." in answer.text
