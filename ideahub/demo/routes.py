"""The handler for signing in as one of the demo's people with one click."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from ideahub.accounts.signing_in import sign_in_unproved
from ideahub.accounts.web.cookies import answer_signed_in, browser_of
from ideahub.accounts.web.fields import return_field
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.http.forms import read_form
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import config_of, database_of
from ideahub.organisations.models import Person


@dataclass
class DemoForm:
    """The page to go to after signing in."""

    next: str = return_field()


@post("/demo/sign-in/{person_id:int}")
async def sign_in_as_demo_person(request: AnyRequest, person_id: FromPath[int]) -> Response[Any]:
    """Signs in as one of the demo's people; raises NotFound for others, and outside the demo."""
    form = await read_form(request, DemoForm)
    async with database_of(request).transaction() as db:
        person = await db.get(Person, person_id) if config_of(request).demo else None
        if person is None or not person.demo:
            raise NotFound
        came = await sign_in_unproved(db, person, browser_of(request))
    notice = _("You are %(name)s now. Try anything.", name=came.name)
    return await answer_signed_in(request, came, form.values.next, notice)


ROUTES: list[ControllerRouterHandler] = [sign_in_as_demo_person]
