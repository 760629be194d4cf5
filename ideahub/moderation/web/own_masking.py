"""Handlers for taking personal data out of a text of one's own."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.moderation.own_masking import find_own_text, mask_own
from ideahub.moderation.personal_data import suggestions
from ideahub.moderation.texts import TextView, kind_name
from ideahub.moderation.web.forms import OwnMaskForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ONE = "/moderation/own-texts/{kind:str}/{text_id:int}"


@get(ONE)
async def show_own_text(
    request: AnyRequest, db: Db, viewer: CurrentViewer, kind: FromPath[str], text_id: FromPath[int]
) -> Response[bytes]:
    """A text of the viewer's, with what in it looks like personal data."""
    text = await find_own_text(db, viewer, kind, text_id)
    draft = await find_draft(db, viewer, _key(text))
    return _page(request, viewer, text, restored(OwnMaskForm, draft))


@post(ONE + "/masking")
async def send_masking(
    request: AnyRequest, db: Db, viewer: CurrentViewer, kind: FromPath[str], text_id: FromPath[int]
) -> Response[Any]:
    """Takes the chosen parts out of it; the page again where that is refused."""
    text = await find_own_text(db, viewer, kind, text_id)
    form = await read_form(request, OwnMaskForm)
    if form.ok:
        async with form.attempt(db, "others"):
            await mask_own(db, viewer, text, form.values.chosen(text.words))
    if "parts" in form.errors:
        form.errors["others"] = form.errors.pop("parts")
    if not form.ok:
        return _page(request, viewer, text, form)
    await discard_draft(db, viewer, _key(text))
    return see_other(
        text.path, _("Taken out, also of earlier versions. A mark stands in its place.")
    )


def _key(text: TextView) -> str:
    return f"masking-{text.kind}-{text.id}"


def _page(
    request: AnyRequest, viewer: Viewer, text: TextView, form: Form[OwnMaskForm]
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "moderation/own_masking.html",
        status=form.status,
        text=text,
        suggestions=suggestions(f"{text.title}\n{text.words}"),
        form=form,
        draft_key=_key(text),
        kind=kind_name(text.kind),
    )


ROUTES: list[ControllerRouterHandler] = [show_own_text, send_masking]
