"""Handlers of accounts, all together; here those that serve every page: theme and drafts."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts import (
    account_routes,
    development_routes,
    joining_routes,
    organisations_routes,
    people_routes,
    sessions_routes,
    signing_in_routes,
)
from ideahub.accounts.cookies import remember_theme
from ideahub.accounts.drafting import save_draft
from ideahub.accounts.returning import LONGEST, own_page
from ideahub.accounts.viewing import Viewer
from ideahub.forms import line, read_form
from ideahub.pages import THEMES, AnyRequest, see_other
from ideahub.receiving import sent_form

MOST_DRAFT_BYTES = 64_000


@dataclass
class ThemeForm:
    """Light, dark, or as the device has it."""

    theme: str = line(10)
    next: str = line(LONGEST)


@post("/preferences/theme")
async def choose_theme(request: AnyRequest) -> Response[Any]:
    """Remembers light or dark on this browser, and goes back to where one was."""
    form = await read_form(request, ThemeForm)
    response = see_other(own_page(form.values.next))
    remember_theme(request, response, form.values.theme if form.values.theme in THEMES else "")
    return response


@post("/drafts/{form_name:str}", request_max_body_size=MOST_DRAFT_BYTES)
async def keep_draft(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    form_name: FromPath[str],
) -> Response[Any]:
    """Keeps what is typed. A stranger is told that it is not kept here: the browser keeps it."""
    if not viewer.signed_in:
        return Response(b"", status_code=401, media_type="text/plain")
    sent = sent_form(request)
    typed = {
        name: [value for value in sent.getall(name) if isinstance(value, str)]
        for name in sent
        if name != "form_token"
    }
    await save_draft(db, viewer, form_name, typed)
    return Response(b"", status_code=204)


ROUTES: list[ControllerRouterHandler] = [
    *signing_in_routes.ROUTES,
    *joining_routes.ROUTES,
    *account_routes.ROUTES,
    *sessions_routes.ROUTES,
    *people_routes.ROUTES,
    *organisations_routes.ROUTES,
    *development_routes.ROUTES,
    choose_theme,
    keep_draft,
]
