"""Somebody's session ends while they write: after signing in they stand in the same form with the
same text, and nobody else is shown it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.campaigns.models import CampaignKind
from ideahub.core.config import WEB
from ideahub.core.drafts import Draft, find_draft
from ideahub.core.events import Event
from ideahub.core.kept_forms import KeptForm
from tests.accounts.arriving import an_idea, page_after, send_unknown, sign_in_on
from tests.conftest import Browse, Browser
from tests.desk.test_the_desk import owe
from tests.pipeline.test_trying_it_out import planned
from tests.sponsorship.test_keeping_a_pledge import promised
from tests.support.cast import Cast, make_campaign, viewer_of
from tests.support.dom import Node, tree
from tests.support.talking import say

WORDS = "Words that took an hour, with “quotes”, ümläuts and <b>signs</b>"
# Person, page with the form, name of the form among drafts, field to write in.
Place = tuple[str, str, str, str]
Prepare = Callable[[AsyncSession, Cast], Awaitable[Place]]


async def _idea(db: AsyncSession, cast: Cast) -> int:
    return (await an_idea(db, cast)).id


async def new_idea(db: AsyncSession, cast: Cast) -> Place:
    await _idea(db, cast)
    return "ben", "/ideas/new", "idea-new", "body"


async def edited_idea(db: AsyncSession, cast: Cast) -> Place:
    idea_id = await _idea(db, cast)
    return "ada", f"/ideas/{idea_id}/revision", f"idea-edit-{idea_id}", "why"


async def contribution(db: AsyncSession, cast: Cast) -> Place:
    idea_id = await _idea(db, cast)
    return "ben", f"/ideas/{idea_id}", f"contribution-{idea_id}", "body"


async def reply(db: AsyncSession, cast: Cast) -> Place:
    made = await say(db, cast.ben, await _idea(db, cast))
    await db.commit()
    return "cem", f"/contributions/{made}/replies/new", f"reply-{made}", "body"


async def adoption(db: AsyncSession, cast: Cast) -> Place:
    made = await say(db, cast.ben, await _idea(db, cast))
    await db.commit()
    return "ada", f"/contributions/{made}/adoption", f"adoption-{made}", "body"


async def attachment(db: AsyncSession, cast: Cast) -> Place:
    idea_id = await _idea(db, cast)
    page = f"/ideas/{idea_id}/attachments/new"
    return "ada", page, f"attachment-{idea_id}", "description"


async def pledge(db: AsyncSession, cast: Cast) -> Place:
    idea_id = await _idea(db, cast)
    return "sam", f"/ideas/{idea_id}/pledges/new", f"pledge-{idea_id}", "promise"


async def declined_pledge(db: AsyncSession, cast: Cast) -> Place:
    _idea, number = await promised(db, cast, accept=False)
    return "ada", f"/pledges/{number}", f"pledge-decline-{number}", "reason"


async def kept_pledge(db: AsyncSession, cast: Cast) -> Place:
    _idea, number = await promised(db, cast)
    return "sam", f"/pledges/{number}", f"pledge-keep-{number}", "note"


async def withdrawn_pledge(db: AsyncSession, cast: Cast) -> Place:
    _idea, number = await promised(db, cast)
    return "sam", f"/pledges/{number}", f"pledge-withdraw-{number}", "reason"


async def decision(db: AsyncSession, cast: Cast) -> Place:
    idea_id = await _idea(db, cast)
    return "mia", f"/ideas/{idea_id}/decision", f"review-{idea_id}", "reason"


async def owed_answer(db: AsyncSession, cast: Cast) -> Place:
    idea_id = await _idea(db, cast)
    await owe(db, idea_id, cast.sam, 3)
    await db.commit()
    return "sam", f"/ideas/{idea_id}/response/brief", f"response-answer-{idea_id}", "body"


async def plan(db: AsyncSession, cast: Cast) -> Place:
    idea, _number = await planned(db, cast)
    page = f"/ideas/{idea.id}/experiments/new"
    return "ada", page, f"experiment-new-{idea.id}", "hypothesis"


async def adjustment(db: AsyncSession, cast: Cast) -> Place:
    _idea, number = await planned(db, cast)
    return "ada", f"/experiments/{number}/adjustment", f"experiment-edit-{number}", "why"


async def conclusion(db: AsyncSession, cast: Cast) -> Place:
    _idea, number = await planned(db, cast)
    return "ada", f"/experiments/{number}/conclusion", f"conclusion-{number}", "result"


async def reading(db: AsyncSession, cast: Cast) -> Place:
    _idea, number = await planned(db, cast)
    return "ada", f"/experiments/{number}", f"reading-{number}", "note"


def step(name: str, field: str) -> Prepare:
    """A step of setting up a challenge."""

    async def prepare(db: AsyncSession, cast: Cast) -> Place:
        made = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, published=False)
        await db.commit()
        return "mia", f"/management/{made.id}/{name}", f"campaign-{name}-{made.id}", field

    prepare.__name__ = f"step_{name}"
    return prepare


async def account(_db: AsyncSession, _cast: Cast) -> Place:
    return "ben", "/account", "account", "title"


async def new_organisation(_db: AsyncSession, _cast: Cast) -> Place:
    return "ann", "/organisations", "organisation-new", "name"


async def organisation(_db: AsyncSession, cast: Cast) -> Place:
    return "ann", f"/organisations/{cast.city.id}/details", f"organisation-{cast.city.id}", "name"


FORMS: tuple[Prepare, ...] = (
    *(new_idea, edited_idea, contribution, reply, adoption, attachment, decision, owed_answer),
    *(pledge, declined_pledge, kept_pledge, withdrawn_pledge),
    *(plan, adjustment, conclusion, reading),
    step("basics", "tagline"),
    step("framing", "hopes"),
    step("details", "description"),
    step("phases", "phase-0-name"),
    *(account, new_organisation, organisation),
)
EVERY_FORM = pytest.mark.parametrize("prepare", FORMS, ids=lambda form: form.__name__)


def form_on(page: str, key: str) -> Node:
    """The form on the page whose draft has this name."""
    found = [
        form
        for form in tree(page).walk()
        if form.tag == "form" and form.attributes.get("data-draft") == f"/drafts/{key}"
    ]
    assert len(found) == 1
    return found[0]


def fields_of(form: Node) -> dict[str, str]:
    """What a browser would send of the form, as it came."""
    fields: dict[str, str] = {}
    for field in form.walk():
        name, kind = field.attributes.get("name", ""), field.attributes.get("type", "")
        if not name or field.tag == "button" or kind in {"file", "checkbox"}:
            continue
        if kind != "radio" or "checked" in field.attributes:
            words = "".join(map(str, field.children)) if field.tag == "textarea" else ""
            fields[name] = field.attributes.get("value", words)
    return fields


async def write(browser: Browser, place: Place, words: str = WORDS) -> tuple[str, dict[str, str]]:
    """Opens the page and writes; returns where the form is sent, and what it holds."""
    _who, page, key, field = place
    answer = await browser.get(page)
    assert answer.status_code == 200, answer.text
    form = form_on(answer.text, key)
    return form.attributes["action"].partition("#")[0], fields_of(form) | {field: words}


async def end_sessions(db: AsyncSession) -> None:
    """As an admin or the clock would."""
    await db.execute(update(Session).values(ended_at=func.now()))
    await db.commit()


async def send(browser: Browser, place: Place, sent: tuple[str, dict[str, str]], **how: Any) -> str:
    """Sends the form from its page; returns the address of the page to sign in."""
    return await send_unknown(browser, place[1], *sent, **how)


async def sign_in(browser: Browser, to_sign_in: str, email: str) -> Any:
    """Signs in on this page with a password; the answer."""
    page = (await browser.get(to_sign_in)).text
    assert "What you typed is kept, and stands in the form again then." in page
    # The fixture's cookie names no host, so the new one would not replace it.
    browser.client.cookies.delete("ideahub")
    return await sign_in_on(browser, page, email)


async def shown(browser: Browser, answer: Any, place: Place) -> str:
    """What stands in the field on the page that an answer leads to."""
    page = await page_after(browser, answer)
    fields = fields_of(form_on(page, place[2]))
    return fields[place[3]]


@EVERY_FORM
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
async def test_one_stands_in_the_same_form_with_the_same_text(
    everyone: Cast, db: AsyncSession, browse: Browse, prepare: Prepare, htmx: bool
) -> None:
    place = await prepare(db, everyone)
    person = getattr(everyone, place[0])
    browser = await browse(person)
    sent = await write(browser, place)
    before = await db.scalar(select(func.max(Event.id)))
    await end_sessions(db)
    # An older draft, which must not come back in its place.
    viewer = await viewer_of(db, person)
    db.add(Draft(person_id=viewer.person_id, form=place[2], fields={place[3]: "Old words"}))
    await db.flush()
    await db.execute(update(Draft).values(saved_at=func.now() - func.make_interval(0, 0, 0, 1)))
    await db.commit()
    answer = await sign_in(browser, await send(browser, place, sent, htmx=htmx), person.email)
    assert await shown(browser, answer, place) == WORDS
    assert await db.scalar(select(func.max(Event.id))) == before  # nothing was sent yet


async def test_nobody_else_is_shown_it(everyone: Cast, db: AsyncSession, browse: Browse) -> None:
    place = await contribution(db, everyone)
    browser = await browse(everyone.ben)
    sent = await write(browser, place)
    await end_sessions(db)
    to_sign_in = await send(browser, place, sent)
    answer = await sign_in(browser, to_sign_in, everyone.cem.email or "")
    assert answer.headers["location"] == "/"
    assert WORDS not in (await browser.get(place[1])).text
    assert await find_draft(db, await viewer_of(db, everyone.cem), place[2]) is None
    # It still waits for Ben.
    await browser.post("/sign-out")
    assert (await browser.get(to_sign_in)).status_code == 200


async def test_signing_out_leaves_nothing_behind(
    everyone: Cast, db: AsyncSession, browse: Browse
) -> None:
    place = await contribution(db, everyone)
    browser = await browse(everyone.ben)
    sent = await write(browser, place)
    await end_sessions(db)
    await send(browser, place, sent)
    assert browser.client.cookies.get("ideahub_kept")
    answer = await browser.post("/sign-out")
    assert not browser.client.cookies.get("ideahub_kept")
    assert answer.headers["clear-site-data"] == '"storage"'


async def test_a_newer_draft_stays(everyone: Cast, db: AsyncSession, browse: Browse) -> None:
    """What was written on another device after the form had been sent."""
    place = await contribution(db, everyone)
    browser = await browse(everyone.ben)
    sent = await write(browser, place)
    await end_sessions(db)
    to_sign_in = await send(browser, place, sent)
    await db.execute(
        update(KeptForm).values(kept_at=func.now() - func.make_interval(0, 0, 0, 0, 1))
    )
    await db.commit()
    await (await browse(everyone.ben)).post(f"/drafts/{place[2]}", {"body": "Newer words"})
    answer = await sign_in(browser, to_sign_in, everyone.ben.email or "")
    assert await shown(browser, answer, place) == "Newer words"


@pytest.mark.parametrize("letter", ["я", "字", "🎉"])
async def test_a_text_counts_as_many_characters_as_it_has(
    everyone: Cast, db: AsyncSession, browse: Browse, letter: str
) -> None:
    """Not as the bytes that it is sent as: twelve for some."""
    place = await contribution(db, everyone)
    browser = await browse(everyone.ben)
    words = letter * 20_000
    action, fields = await write(browser, place, words)
    assert (await browser.post(f"/drafts/{place[2]}", fields)).status_code == 204
    assert await shown(browser, await browser.post("/preferences/theme", {"next": place[1]}), place)
    await db.execute(delete(Draft))
    await end_sessions(db)
    to_sign_in = await send(browser, place, (action, fields))
    answer = await sign_in(browser, to_sign_in, everyone.ben.email or "")
    assert await shown(browser, answer, place) == words


async def test_a_form_that_somebody_else_opened_is_not_sent(
    everyone: Cast, db: AsyncSession, browse: Browse
) -> None:
    """Ben opened it; meanwhile Cem has signed in on the same device, in another tab."""
    place = await contribution(db, everyone)
    browser = await browse(everyone.ben)
    sent = await write(browser, place)
    cem = await browse(everyone.cem)
    answer = await cem.post(*sent)
    assert answer.status_code == 409
    assert "this form was opened by somebody else" in answer.text
    assert (await cem.post(f"/drafts/{place[2]}", sent[1])).status_code == 409
    assert await db.scalar(select(func.count()).select_from(Draft)) == 0


async def test_a_new_idea_is_one_draft_whichever_way_one_comes(
    everyone: Cast, db: AsyncSession, browse: Browse
) -> None:
    campaign = await make_campaign(db, everyone.city)
    await db.commit()
    ben = await browse(everyone.ben)
    await ben.post("/drafts/idea-new", {"title": "Night bus", "body": WORDS})
    for url in ("/ideas/new", f"/ideas/new?within={campaign.id}"):
        page = (await ben.get(url)).text
        assert fields_of(form_on(page, "idea-new"))["title"] == "Night bus", url


async def test_an_accepted_form_is_named_to_the_script(
    everyone: Cast, db: AsyncSession, browse: Browse
) -> None:
    """So that it forgets its copy then, and only then."""
    place = await contribution(db, everyone)
    ben = await browse(everyone.ben)
    action, fields = await write(ben, place)
    refused = await ben.post(action, fields | {"body": ""})
    assert "ideahub_accepted" not in refused.headers.get("set-cookie", "")
    taken = await ben.post(action, fields)
    assert f"ideahub_accepted={place[2]};" in taken.headers["set-cookie"]
    await end_sessions(db)
    kept = await ben.post(action, fields)
    assert kept.status_code == 303
    assert "ideahub_accepted" not in kept.headers["set-cookie"]


# Forms of people who are not signed in yet, and of passwords, which must not be kept.
WITHOUT_DRAFT = {
    *("accounts/sign_in.html", "accounts/join.html", "accounts/code.html", "accounts/name.html"),
    *("accounts/password.html", "gallery.html"),
    *("accounts/second_factor.html", "accounts/proof.html", "accounts/authenticator.html"),
    "openid_connect/_secret.html",
    # A code from a mail, and otherwise nothing that one writes.
    "notifications/choices.html",
    # It says who somebody is who cannot be named.
    *("safe_space/new_person.html", "safe_space/_own_name.html"),
}
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
WRITTEN = re.compile(r"\b(text_field|textarea_field)\(|<textarea\b|<input class=\"input")


def test_every_form_in_which_people_write_has_a_draft() -> None:
    bare = []
    templates = WEB / "templates"
    for path in sorted(templates.rglob("*.html")):
        name = path.relative_to(templates).as_posix()
        for form in FORM.findall(path.read_text()):
            is_sent = 'method="post"' in form and WRITTEN.search(form)
            if is_sent and name not in WITHOUT_DRAFT and "data-draft=" not in form:
                bare.append(name)
    assert bare == []
