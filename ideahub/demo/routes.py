"""Handlers of the demonstration: being one of its people with one click."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from ideahub.accounts.cookies import browser_of, config_of, database_of, let_in
from ideahub.accounts.fields import return_field
from ideahub.accounts.models import Person
from ideahub.accounts.signing_in import enter
from ideahub.forms import read_form
from ideahub.i18n import _
from ideahub.pages import AnyRequest
from ideahub.refusals import NotFound


@dataclass
class DemoForm:
    """Where to go after signing in."""

    next: str = return_field()


@post("/demo/sign-in/{person_id:int}")
async def be_demo_person(request: AnyRequest, person_id: FromPath[int]) -> Response[Any]:
    """Signs in as a person of the demonstration; there is no such thing outside it."""
    form = await read_form(request, DemoForm)
    async with database_of(request).transaction() as db:
        person = await db.get(Person, person_id) if config_of(request).demo else None
        if person is None or not person.demo:
            raise NotFound
        came = await enter(db, person, browser_of(request))
    return let_in(request, came, form.values.next, _("You are %s now. Try anything.") % came.name)


ROUTES: list[ControllerRouterHandler] = [be_demo_person]
