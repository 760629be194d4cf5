"""How Markdown will look, while it is being written."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from ideahub.accounts.viewing import Viewer
from ideahub.i18n import _
from ideahub.pages import AnyRequest, partial
from ideahub.receiving import sent_form
from ideahub.text import TooLong, render_markdown

Who = NamedDependency[Viewer]


@post("/preview")
async def preview(
    request: AnyRequest, viewer: Who, field: FromQuery[str] = "body"
) -> Response[bytes]:
    """The text of one field of the form that was sent, as readers will see it."""
    _person = viewer.person_id
    typed = sent_form(request).get(field, "")
    try:
        html = render_markdown(typed if isinstance(typed, str) else "")
    except TooLong as too_long:
        return partial("front/_preview.html", html="", problem=_too_long(too_long))
    return partial("front/_preview.html", html=html, problem="")


def _too_long(fault: TooLong) -> str:
    return _("This is too long to show: %(now)s characters; at most %(most)s fit.") % {
        "now": f"{fault.length:,}",
        "most": f"{fault.maximum:,}",
    }


ROUTES: list[ControllerRouterHandler] = [preview]
