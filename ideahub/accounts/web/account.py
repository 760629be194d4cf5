"""Handlers for one's own account: name, title, language and password."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.audience import person_seen_by
from ideahub.accounts.codes import new_own_code
from ideahub.accounts.editing import (
    PasswordChange,
    ShowsSupport,
    choose_language,
    lock_own_account,
    rename,
    set_password,
    show_support,
    shown_support,
)
from ideahub.accounts.letters import code_letter
from ideahub.accounts.web.cookies import browser_of, keep_code_secret
from ideahub.accounts.web.fields import code_field, secret_field
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import N_, _
from ideahub.core.languages import change_language, offered
from ideahub.core.viewer import Viewer
from ideahub.http.forms import (
    Form,
    blank,
    checkbox,
    choice,
    line,
    prefilled,
    read_form,
    restored,
    say_what_is_missing,
)
from ideahub.http.mail_layout import mailer_of
from ideahub.http.negotiating import as_asked, remember_language
from ideahub.http.overtaken import refuse_overtaken
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.requests import config_of, database_of, viewer_for_deed, viewer_now
from ideahub.http.slots import fill_slots, part_context
from ideahub.organisations.labels import role_deeds, role_name
from ideahub.organisations.queries import PersonView, find_grants, find_person

# The form's name among drafts.
DRAFT = "account"
OVERTAKEN = N_(
    "You changed this elsewhere after you opened it here. It reads now: %(words)s. If you save "
    "again, what stands here replaces it."
)


@dataclass
class AccountForm:
    """A person's name, title, language, and whether they are named where they support an idea; an
    empty language is the browser's. `seen` is the fingerprint of name and title when the form was
    opened."""

    name: str = line(lengths.PERSON_NAME, required=True)
    title: str = line(lengths.PERSON_NAME)
    language: str = line(20)
    support: ShowsSupport | None = choice(ShowsSupport)
    seen: str = line(40)


@dataclass
class PasswordForm:
    """A new password, with the present one or a code from a mail."""

    password: str = secret_field()
    code: str = code_field(required=False)
    new_password: str = secret_field(required=True)
    end_others: bool = checkbox()


@get("/account")
async def account(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """The page of the viewer's own account."""
    person = await find_person(db, viewer, viewer.person_id)
    language = viewer.language or ""
    shown = AccountForm(
        name=person.name,
        title=person.title,
        language=language,
        support=await shown_support(db, viewer),
        seen=fingerprint((person.name, person.title)),
    )
    form = prefilled(shown)
    if draft := await find_draft(db, viewer, DRAFT):
        form = restored(AccountForm, draft)
    return await _account(request, db, viewer, person, form, from_draft=bool(draft))


@post("/account")
async def change_account(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Saves the name, title and language."""
    await lock_own_account(db, viewer)
    person = await find_person(db, viewer, viewer.person_id)
    form = await read_form(request, AccountForm)
    say_what_is_missing(form, name=_("Enter your name."))
    refuse_overtaken(form, {"name": person.name, "title": person.title}, OVERTAKEN)
    if form.ok:
        async with form.attempt(db):
            await rename(db, viewer, form.values.name, form.values.title)
    if not form.ok:
        return await _account(request, db, viewer, person, form)
    if form.values.support is not None:
        await show_support(db, viewer, form.values.support)
    await discard_draft(db, viewer, DRAFT)
    return await _saved(request, db, viewer, form.values.language)


async def _saved(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, language: str
) -> Response[Any]:
    code = language if language in offered() else None
    if len(offered()) > 1:
        await choose_language(db, viewer, code)
        change_language(code or as_asked(request.scope, config_of(request).language))
    response = see_other("/account", _("Saved."))
    if len(offered()) > 1:
        remember_language(request, response, code)
    return response


@get("/account/password")
async def password_page(request: AnyRequest) -> Response[Any]:
    """The page for setting a password."""
    return await _password(request, blank(PasswordForm, end_others="yes"))


@post("/account/password")
async def change_password(request: AnyRequest) -> Response[Any]:
    """Sets the password; its owner is told, whoever did it."""
    viewer = await viewer_for_deed(request)
    viewer.must_sign_in()
    form = await read_form(request, PasswordForm)
    say_what_is_missing(form, new_password=_("Enter the new password."))
    values = form.values
    change = PasswordChange(values.new_password, values.password, values.code, values.end_others)
    if form.ok:
        async with form.attempt(None, "code" if values.code or not values.password else "password"):
            await set_password(database_of(request), viewer, change, browser_of(request))
    if not form.ok:
        return await _password(request, form)
    return see_other("/account", _("Your password is set."))


@post("/account/code")
async def send_own_code(request: AnyRequest) -> Response[Any]:
    """Sends a code to the viewer's own address, for setting a password."""
    viewer = await viewer_for_deed(request)
    async with database_of(request).reading() as db:
        person = await find_person(db, viewer, viewer.person_id)
    made = await new_own_code(database_of(request), viewer, person.email)
    letter = code_letter(made.code, config_of(request).public_url, link=False)
    await mailer_of(config_of(request)).send(person.email, letter.subject, letter.text)
    notice = _("We sent a code to %(address)s.", address=person.email)
    response = see_other("/account/password", notice)
    keep_code_secret(request, response, made.secret)
    return response


async def _account(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    person: PersonView,
    form: Form[AccountForm],
    *,
    from_draft: bool = False,
) -> Response[Any]:
    slots = await fill_slots(part_context(request, db, viewer), "account", person)
    return page(
        request,
        viewer,
        "accounts/account.html",
        status=form.status,
        rooms=(f"person:{person.id}", *slots.rooms),
        person=person,
        form=form,
        restored=from_draft,
        whom=person_seen_by(),
        grants=await find_grants(db, person.id),
        role_name=role_name,
        role_deeds=role_deeds,
        **slots.context,
    )


async def _password(request: AnyRequest, form: Form[PasswordForm]) -> Response[Any]:
    viewer = await viewer_now(request)
    async with database_of(request).reading() as db:
        person = await find_person(db, viewer, viewer.person_id)
    kept_here = mailer_of(config_of(request)).keeps
    return page(
        request,
        viewer,
        "accounts/password.html",
        status=form.status,
        form=form,
        person=person,
        kept_here=kept_here,
    )


ROUTES: list[ControllerRouterHandler] = [
    account,
    change_account,
    password_page,
    change_password,
    send_own_code,
]
