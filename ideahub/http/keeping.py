"""Keeps what strangers send until they have signed in, and goes on with it then.

A page of another site cannot have anything kept: the guard refuses its forms before. What is kept
is bound to the browser by a cookie, and is gone on with only where the page to sign in, whose
address names it, has said so.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.barring import must_not_be_suspended
from ideahub.core.drafts import UNKEPT
from ideahub.core.i18n import _
from ideahub.core.kept_forms import (
    LONGEST_ADDRESS,
    KeptForm,
    claim_kept,
    find_kept,
    keep_form,
    make_draft,
    new_browser_secret,
)
from ideahub.core.refusals import Refused
from ideahub.core.viewer import STRANGER, FindViewer, Viewer
from ideahub.http.after_sign_in import AfterSignIn, Wanted, wanted_at
from ideahub.http.cookies import kept_cookie, read_cookies
from ideahub.http.pages import AnyRequest, page_before
from ideahub.http.requests import config_of, database_of, draft_of, drafter_of, typed_of

# What is typed into these is kept nowhere, and has to be typed again.
SECRET_FIELDS = UNKEPT | {"password", "code", "new_password", "mail_code", "client_secret"}
KEPT_AT = re.compile(r"/kept-forms/(\d{1,18})")


class Kept(NamedTuple):
    """Where a kept form is gone on with, and the secret for the browser's cookie."""

    url: str
    secret: str


class Waiting(NamedTuple):
    """What somebody signs in for, and what happens then, as the page to sign in says it."""

    sentence: str
    then: str


class Onward(NamedTuple):
    """The page to go to, and a sentence about what was done; empty where nothing was."""

    url: str
    notice: str


async def keep_sent_form(request: AnyRequest) -> Kept:
    """Keeps the form that a stranger has sent; raises a refusal where there is too much of it."""
    secret = kept_secret(request) or new_browser_secret()
    draft = draft_of(request)
    # A large form of a stranger is not read at all.
    typed = typed_of(request)
    async with database_of(request).transaction() as db:
        number = await keep_form(
            db,
            secret,
            request.client.host if request.client else "",
            path=_address(request),
            page=page_before(request),
            draft=draft,
            drafter=drafter_of(request),
            typed=typed if draft else {},
        )
    return Kept(f"/kept-forms/{number}", secret)


def _address(request: AnyRequest) -> str:
    """The address that the form was sent to; without its query where that is too long."""
    path, query = request.url.path, request.url.query
    whole = f"{path}?{query}" if query else path
    return whole if len(whole) <= LONGEST_ADDRESS else path[:LONGEST_ADDRESS]


async def keep_for_proof(request: AnyRequest, viewer: Viewer) -> Kept:
    """Keeps the form that somebody sent who has to prove first who they are, with all its fields
    but secrets: they send it again by one button. Raises a refusal where there is too much of it.
    """
    secret = kept_secret(request) or new_browser_secret()
    async with database_of(request).transaction() as db:
        number = await keep_form(
            db,
            secret,
            request.client.host if request.client else "",
            path=_address(request),
            page=page_before(request),
            drafter=viewer.person_id,
            typed={
                name: values
                for name, values in typed_of(request).items()
                if name not in SECRET_FIELDS
            },
        )
    return Kept(f"/kept-forms/{number}", secret)


async def what_waits(request: AnyRequest, url: str) -> Waiting | None:
    """What somebody signs in for who goes to `url` afterwards; None where nothing is known."""
    if not url:
        return None
    async with database_of(request).reading() as db:
        if (number := kept_number(url)) is None:
            return await _said(db, wanted_in(request, url))
        kept = await find_kept(db, kept_secret(request), number)
        if kept is None or kept.done_at is not None:
            return None
        return await said_of(request, db, kept)


async def said_of(request: AnyRequest, db: AsyncSession, kept: KeptForm) -> Waiting | None:
    """What a kept form is for, in words that a stranger may read."""
    said = await _said(db, wanted_in(request, kept.path))
    if not kept.draft:
        return said
    sentence = said.sentence if said else _("Sign in to go on with what you were writing.")
    return Waiting(sentence, _("What you typed is kept, and stands in the form again then."))


async def go_on(request: AnyRequest, secret: str, url: str) -> Onward:
    """Goes on with what somebody has just signed in for, with the session of this secret; where
    `url` is no kept form, they only go there."""
    number = kept_number(url)
    if number is None:
        return Onward(url, "")
    find: FindViewer = request.app.state.find_viewer
    async with database_of(request).transaction() as db:
        return await take_up(request, db, await find(db, secret), number)


async def take_up(request: AnyRequest, db: AsyncSession, viewer: Viewer, number: int) -> Onward:
    """Does a kept deed, or makes a kept form the viewer's draft; once, however often it is called.

    What somebody else had typed stays theirs.
    """
    kept = await find_kept(db, kept_secret(request), number)
    if kept is None or (kept.drafter is not None and kept.drafter != viewer.id and kept.draft):
        return Onward("/", "")
    fields, wanted = kept.fields, wanted_in(request, kept.path)
    place = _place(kept, wanted)
    if not await claim_kept(db, kept):
        return Onward(place, "")
    if kept.draft:
        await make_draft(db, viewer, kept, fields)
        return Onward(place, _("What you typed stands in the form again. It is not sent yet."))
    # Without the fragment, as the notice is at the top of the page.
    top = place.partition("#")[0]
    if wanted is None or not wanted.what.is_one_press:
        return Onward(top, _("Nothing is done yet. Press it once more."))
    try:
        must_not_be_suspended(viewer)
        async with db.begin_nested():
            return Onward(place, await wanted.done(request, db, viewer))
    except Refused as refused:
        return Onward(top, refused.reason)


def wanted_in(request: AnyRequest, address: str) -> Wanted | None:
    """`wanted_at` with what the features of this application say."""
    known: Sequence[AfterSignIn] = request.app.state.after_sign_in
    return wanted_at(known, address)


def kept_number(url: str) -> int | None:
    """The number of the kept form at this address; None for any other page."""
    match = KEPT_AT.fullmatch(url)
    return int(match[1]) if match else None


def kept_secret(request: AnyRequest) -> str | None:
    """The secret in this browser's cookie, if any."""
    return read_cookies(request).get(kept_cookie(config_of(request)))


async def _said(db: AsyncSession, wanted: Wanted | None) -> Waiting | None:
    if wanted is None or wanted.what.say is None:
        return None
    try:
        sentence = await wanted.what.say(db, STRANGER, wanted.number)
    except Refused:  # strangers may not know of it
        return None
    if not wanted.what.is_one_press:
        return Waiting(sentence, _("Then you go on where you were."))
    return Waiting(
        sentence, _("It is done once you are signed in, and you are back where you were.")
    )


def _place(kept: KeptForm, wanted: Wanted | None) -> str:
    if wanted is None or not wanted.place:
        return kept.page
    # The form came from its own page, or came back with errors at its own address.
    if wanted.own_page and kept.page.startswith(kept.path.partition("?")[0]):
        return wanted.own_page
    home, mark, fragment = wanted.place.partition("#")
    # A button stands on several pages. A form has one: where it came back with errors, the address
    # before is that it was sent to, which is no page.
    if kept.draft or kept.page == "/":
        return wanted.place
    return f"{kept.page.partition('#')[0] or home}{mark}{fragment}"
