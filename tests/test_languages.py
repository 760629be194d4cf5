"""Every page in the language of whoever reads it: chosen, kept, and complete."""

import re
from dataclasses import replace

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import guarded
from ideahub.core.config import Config, Misconfigured, read_config
from ideahub.core.i18n import _, in_a_row, listed, ngettext, number, own_direction
from ideahub.core.languages import direction, in_language, language, language_name, offered
from ideahub.core.mailing import kept_mail
from ideahub.http.negotiating import LANGUAGE_COOKIE, preferred
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.in_pseudo import LANGUAGE
from tests.support.letters import CODE, newest_code, read_letter
from tests.support.pseudo import OPEN, plain

pytestmark = [
    pytest.mark.skipif(bool(LANGUAGE), reason="looks at the pseudo-languages themselves"),
    pytest.mark.usefixtures("offered_pseudo_languages"),
]
HTML = re.compile(r'<html lang="([^"]*)" dir="([^"]*)"')


def lang(page: httpx.Response) -> str:
    found = HTML.search(page.text)
    assert found, page.text[:200]
    # Wherever the page says which language it is in, its texts are in it.
    assert (OPEN in page.text) == (found[1] != "en")
    return found[1]


def asking(code: str) -> dict[str, str]:
    return {"Accept-Language": code}


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", None),
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-AT", "de"),
        ("en-US,en;q=0.9", "en"),
        ("fr, de;q=0.8, en;q=0.9", "en"),
        ("fr;q=0.1, de;q=0.8, pt-BR;q=0.85", "pt-BR"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("pt-BR;q=0, pt;q=0.5, de;q=0.1", "de"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=0.000", None),
        ("*", None),
        ("fr, *;q=0.5", None),
        ("de ; q=0.3 , en;q=0.2", "de"),
        ("de;q=2, en;q=0.5", "en"),
        ("de;q=-1", None),
        ("de;q=0.5;x=1, en;q=0.1", "en"),
        (",,;,=,de", "de"),
        ("x" * 100 + ",de", "de"),
        (",".join(["fr"] * 20) + ",de", None),
        ("d\xe9, de;q=0.1", "de"),
    ],
)
def test_the_browsers_wishes_are_weighed(header: str, wanted: str | None) -> None:
    assert preferred(header, ("en", "de", "pt-BR")) == wanted


def test_a_language_knows_its_name_and_direction() -> None:
    assert (language_name("de"), direction("de")) == ("Deutsch", "ltr")
    assert (language_name("pt-BR"), direction("ar")) == ("Português (Brasil)", "rtl")
    assert (direction("he"), direction("pa-Arab"), direction("ar-XB")) == ("rtl",) * 3


def test_numbers_and_lists_are_written_as_the_language_does() -> None:
    assert (number(12345.5), listed(["a", "b", "c"]), in_a_row("ab")) == (
        "12,345.5",
        "a, b, and c",
        "a, b",
    )
    with in_language("de"):
        assert (number(12345.5), listed(["a", "b", "c"])) == ("12.345,5", "a, b und c")
    assert ngettext("%(num)s idea", "%(num)s ideas", 1204) == "1,204 ideas"
    assert language() == "en"


def test_a_name_that_runs_the_other_way_is_isolated() -> None:
    assert _("by %(name)s", name="Ada") == "by Ada"
    assert _("by %(name)s", name="Léa Müller") == "by Léa Müller"
    assert _("by %(name)s", name="דנה לוי") == "by \u2068דנה לוי\u2069"
    with in_language("ar"):
        assert _("by %(name)s", name="Ada") == "by \u2068Ada\u2069"
        assert _("by %(name)s", name="دانة") == "by دانة"
        assert _("by %(name)s", name=12) == "by 12"


@pytest.mark.parametrize(
    ("cookie", "asked", "wanted"),
    [
        (None, None, "en"),
        (None, "en-XA", "en-XA"),
        (None, "fr, ar-XB;q=0.2", "ar-XB"),
        ("ar-XB", "en-XA", "ar-XB"),
        ("en", "en-XA", "en"),
        ("xx", "en-XA", "en-XA"),
        ("../../etc", None, "en"),
    ],
)
async def test_a_stranger_reads_what_the_cookie_or_the_browser_says(
    browse: Browse, cookie: str | None, asked: str | None, wanted: str
) -> None:
    nobody = await browse(None)
    if cookie:
        nobody.client.cookies.set(LANGUAGE_COOKIE, cookie)
    page = await nobody.get("/", headers=asking(asked) if asked else {})
    assert lang(page) == wanted
    assert f'dir="{"rtl" if wanted == "ar-XB" else "ltr"}"' in page.text[:100]
    assert "Accept-Language" in page.headers["vary"]


async def test_each_request_begins_anew(browse: Browse) -> None:
    nobody = await browse(None)
    for code in ("ar-XB", "en", "en-XA", "en"):
        assert lang(await nobody.get("/challenges", headers=asking(code))) == code
        assert language() == "en"


async def test_what_a_person_chose_comes_first(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cast.ada.language = "ar-XB"
    await db.commit()
    ada = await browse(cast.ada)
    ada.client.cookies.set(LANGUAGE_COOKIE, "en")
    for url in (
        "/",
        "/account",
        "/account/password",
        "/ideas?q=bus",
        "/nothing/here",
        "/management",
    ):
        assert lang(await ada.get(url, headers=asking("en-XA"))) == "ar-XB", url
    cast.ada.language = "xx"
    await db.commit()
    assert lang(await ada.get("/", headers=asking("en-XA"))) == "en"


async def test_refusals_and_faults_are_in_the_language_too(
    browse: Browse, cast: Cast, db: AsyncSession, app: Litestar
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    nobody, ada = await browse(None), await browse(cast.ada)
    wish = asking("en-XA")
    assert lang(await nobody.get("/nothing/here", headers=wish)) == "en-XA"
    assert lang(await ada.get("/management", headers=wish)) == "en-XA"
    own = await ada.post(f"/ideas/{idea.id}/vote", htmx=True, headers=wish)
    assert "This is your own idea" in plain(own.text) and OPEN in own.text
    foreign = await ada.client.post("/sign-out", headers=wish | {"Sec-Fetch-Site": "cross-site"})
    assert foreign.text.startswith(OPEN) and "another site" in plain(foreign.text)
    nul = await nobody.get("/ideas?q=%00", headers=wish)
    assert nul.text.startswith(OPEN)
    first = await nobody.get("/account", headers=wish)
    assert first.status_code == 303
    assert "Sign in first" in plain((await nobody.get("/sign-in", headers=wish)).text)
    whole = await ada.client.put("/ideas", headers=wish | {"Sec-Fetch-Site": "same-origin"})
    assert whole.status_code == 405 and OPEN in whole.text


async def test_a_language_is_chosen_at_the_foot_of_each_page(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    nobody = await browse(None)
    page = await nobody.get("/challenges?show=open")
    assert 'action="/preferences/language"' in page.text
    assert 'value="ar-XB" lang="ar-XB" dir="rtl" aria-pressed="false"' in page.text
    sent = {"language": "ar-XB", "next": "/challenges?show=open"}
    answer = await nobody.post("/preferences/language", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/challenges?show=open")
    assert lang(await nobody.get("/challenges?show=open", headers=asking("en"))) == "ar-XB"
    await nobody.post("/preferences/language", {"language": "xx", "next": "https://evil.example"})
    assert lang(await nobody.get("/", headers=asking("en-XA"))) == "en-XA"
    ada = await browse(cast.ada)
    await ada.post("/preferences/language", sent)
    await db.refresh(cast.ada)
    assert cast.ada.language == "ar-XB"
    ada.client.cookies.delete(LANGUAGE_COOKIE)
    assert lang(await ada.get("/")) == "ar-XB"


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("en", "Łódź, 2026", False),
        ("en", "", False),
        ("en", "A word in Hebrew: שלום", True),
        ("en", "turned about by a sign: \u202e", True),
        ("ar-XB", "Station Road", True),
        ("ar-XB", "2026", True),
    ],
)
def test_only_a_text_that_may_run_another_way_names_its_direction(
    code: str, text: str, said: bool
) -> None:
    with in_language(code):
        assert own_direction(text) == (' dir="auto"' if said else "")


async def test_a_language_is_chosen_on_ones_account(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    ada = await browse(cast.ada)
    assert "As the browser says" in (await ada.get("/account")).text
    sent = {"name": "Ada Lind", "title": "", "language": "en-XA"}
    await ada.post("/account", sent)
    page = await ada.get("/account")
    assert lang(page) == "en-XA" and "Saved." in plain(page.text)
    assert '<option value="en-XA" selected>' in page.text
    await ada.post("/account", sent | {"language": ""}, headers=asking("ar-XB"))
    await db.refresh(cast.ada)
    assert cast.ada.language is None
    assert lang(await ada.get("/", headers=asking("ar-XB"))) == "ar-XB"


async def test_whoever_signs_in_is_greeted_in_their_language(
    browse: Browse, cast: Cast, db: AsyncSession, config: Config
) -> None:
    cast.cem.language = "ar-XB"
    await db.commit()
    nobody = await browse(None)
    for mail in kept_mail(config):
        mail.unlink()
    await nobody.post("/sign-in", {"email": "cem@mail.example", "how": "code"})
    await nobody.post(
        "/sign-in", {"email": "new@mail.example", "how": "code"}, headers=asking("en-XA")
    )
    to_stranger, to_cem = (read_letter(path) for path in kept_mail(config))
    assert "\u202e" in to_cem and "\u202e" not in to_stranger and OPEN in to_stranger
    assert CODE.search(to_cem)
    await nobody.post("/sign-in", {"email": "cem@mail.example", "how": "code"})
    sent = {"email": "cem@mail.example", "code": newest_code(config), "next": "/"}
    await nobody.post("/sign-in/code", sent)
    assert nobody.client.cookies[LANGUAGE_COOKIE] == "ar-XB"
    page = await nobody.get("/")
    assert lang(page) == "ar-XB" and "Good to see you, Cem Aydin." in plain(page.text)


async def test_the_site_has_a_language_of_its_own(config: Config, app: Litestar) -> None:
    transport = httpx.ASGITransport(app=guarded(app, replace(config, language="ar-XB")))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=config.public_url) as client:
        assert lang(await client.get("/", headers=asking("fr"))) == "ar-XB"
        assert lang(await client.get("/", headers=asking("en"))) == "en"


def test_only_a_language_with_texts_can_be_the_sites() -> None:
    assert read_config({"IDEAHUB_LANGUAGE": "ar-XB"}).language == "ar-XB"
    with pytest.raises(Misconfigured, match="IDEAHUB_LANGUAGE must be one of en, ar-XB, en-XA"):
        read_config({"IDEAHUB_LANGUAGE": "fr"})


def test_offered_are_english_and_those_with_a_catalogue() -> None:
    assert offered() == ("en", "ar-XB", "en-XA")
