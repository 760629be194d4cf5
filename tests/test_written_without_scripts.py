"""In a browser without scripts each press opens a page: no other button stands beside a form in
which people write, or it takes along what was typed."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.passwords import hash_secret
from tests.accounts.arriving import PASSWORD
from tests.accounts.test_signed_out_while_writing import (
    EVERY_FORM,
    WORDS,
    Prepare,
    contribution,
    end_sessions,
    fields_of,
    form_on,
    reading,
    reply,
    send,
    shown,
    sign_in,
)
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.support.dom import Node, tree

# Whoever leaves means it, and whoever accepts a pledge has nothing left to decline.
MEANT = {"/sign-out", "acceptance"}


def ways_up(node: Node) -> Iterator[Node]:
    """The element and all around it."""
    here: Node | None = node
    while here is not None:
        yield here
        here = here.parent


def is_shown(node: Node) -> bool:
    """Whether a browser without scripts shows it."""
    classes = {one for up in ways_up(node) for one in up.attributes.get("class", "").split()}
    hidden = any(
        "hidden" in up.attributes or up.tag in {"dialog", "template"} for up in ways_up(node)
    )
    return (
        not hidden
        and "noscript:hidden" not in classes
        and not ("while-writing" in classes and "btn" in node.attributes.get("class", "").split())
    )


def written_forms(page: Node) -> list[Node]:
    """The forms with a draft."""
    forms = [one for one in page.walk() if one.tag == "form" and "data-draft" in one.attributes]
    return [form for form in forms if is_shown(form)]


def pressed_beside(page: Node) -> Iterator[str]:
    """Where the buttons lead that send another form than one in which people write."""
    written = written_forms(page)
    ids = {form.attributes["id"] for form in written if "id" in form.attributes}
    for button in page.walk():
        if button.tag != "button" or button.attributes.get("type") == "button":
            continue
        form = next((up for up in ways_up(button) if up.tag == "form"), None)
        named = button.attributes.get("form")
        if named in ids or (not named and form in written) or not is_shown(button):
            continue
        if form and form.attributes.get("method") in {"get", "dialog"}:
            continue  # such as a search: one comes back to the page as it was left
        sent = button.attributes.get("formaction") or (form or button).attributes.get("action", "")
        if sent.rpartition("/")[2] not in MEANT and sent not in MEANT:
            yield sent


@EVERY_FORM
async def test_no_other_button_beside_what_is_written(
    db: AsyncSession, cast: Cast, browse: Browse, prepare: Prepare
) -> None:
    who, address, key, _field = await prepare(db, cast)
    page = tree((await (await browse(getattr(cast, who))).get(address)).text)
    assert any(one.attributes.get("data-draft") == f"/drafts/{key}" for one in page.walk())
    if written_forms(page):
        assert list(pressed_beside(page)) == []
    # Browsers that load the page anew on Back put into such a field nothing of what was typed.
    written = form_on(str(page), key)
    assert not [one for one in written.walk() if one.attributes.get("autocomplete") == "off"]


async def test_a_contribution_has_a_page_of_its_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    who, address, key, field = await contribution(db, cast)
    browser = await browse(getattr(cast, who))
    page = tree((await browser.get(address)).text)
    assert written_forms(page) == []
    here = f"{address}/contributions/new"
    links = [one for one in page.walk() if one.attributes.get("href") == here]
    assert len(links) == 1 and is_shown(links[0])
    own = (await browser.get(here)).text
    assert list(pressed_beside(tree(own))) == []
    sent = fields_of(form_on(own, key)) | {field: "x" * 20_001}
    answer = await browser.post(f"{address}/contributions", sent)
    assert answer.status_code == 422
    again = tree(answer.text)
    assert written_forms(again) and list(pressed_beside(again)) == []
    assert fields_of(form_on(answer.text, key))[field] == "x" * 20_001
    # What was begun is said.
    await browser.post(f"/drafts/{key}", sent | {field: WORDS})
    assert "Go on with what you wrote" in (await browser.get(address)).text
    assert fields_of(form_on((await browser.get(here)).text, key))[field]


@pytest.mark.parametrize("page", ["/contributions/new", "/contributions"])
async def test_whoever_was_signed_out_there_comes_back_there(
    db: AsyncSession, cast: Cast, browse: Browse, page: str
) -> None:
    cast.ben.password_hash = await hash_secret(PASSWORD)
    _who, idea, key, field = await contribution(db, cast)
    own = f"{idea}/contributions/new"
    browser, place = await browse(cast.ben), ("ben", f"{idea}{page}", key, field)
    sent = f"{idea}/contributions", fields_of(form_on((await browser.get(own)).text, key))
    await end_sessions(db)
    to_sign_in = await send(browser, place, (sent[0], sent[1] | {field: WORDS}))
    answer = await sign_in(browser, to_sign_in, cast.ben.email or "")
    assert answer.headers["location"] == own
    assert await shown(browser, answer, place) == WORDS


async def test_a_reply_has_a_page_of_its_own(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    who, address, _key, _field = await reply(db, cast)
    browser = await browse(getattr(cast, who))
    made = re.search(r"/contributions/\d+", address)
    assert made
    page = tree((await browser.get(made[0])).text)
    assert written_forms(page) == []
    own = tree((await browser.get(f"{made[0]}/replies/new")).text)
    assert written_forms(own) and list(pressed_beside(own)) == []


async def test_what_was_typed_is_kept_while_a_reading_is_struck_out(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    who, address, key, field = await reading(db, cast)
    browser = await browse(getattr(cast, who))
    first = {"value": "5", "taken_on": "2026-02-03", "note": ""}
    assert (await browser.post(f"{address}/readings", first)).status_code == 303
    page = (await browser.get(address)).text
    leads = [one.attributes.get("formaction", "") for one in tree(page).walk()]
    strike = next(one for one in leads if one.endswith("/removal"))
    typed = fields_of(form_on(page, key)) | {field: WORDS, "value": "7"}
    answer = await browser.post(strike, typed)
    page = (await browser.get(answer.headers["location"])).text
    assert "Taken out." in page
    assert fields_of(form_on(page, key))[field] == WORDS
    assert fields_of(form_on(page, key))["value"] == "7"


async def test_language_and_theme_are_chosen_on_a_page_of_their_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    ada = await browse(cast.ada)
    page = tree((await ada.get("/ideas/new")).text)
    links = [one for one in page.walk() if one.attributes.get("href") == "/preferences"]
    assert len(links) == 1 and is_shown(links[0])
    own = (await ada.get("/preferences")).text
    assert "it still stands there" in own
    answer = await ada.post("/preferences/theme", {"theme": "dark", "next": "/preferences"})
    assert answer.headers["location"] == "/preferences"
    assert 'data-theme="dark"' in (await ada.get("/preferences")).text
    # Pages are kept by the browser for its Back button.
    for address in ("/ideas/new", "/preferences"):
        assert "no-store" not in (await ada.get(address)).headers["cache-control"]
