"""Handlers for proving anew who one is, see http/fresh_proofs.py."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from ideahub.accounts.codes import clean_code, new_own_code
from ideahub.accounts.letters import code_letter
from ideahub.accounts.proving import OwnWays, Way, own_ways, prove_by
from ideahub.accounts.web.cookies import answer_proved, browser_of, keep_code_secret, next_of
from ideahub.accounts.web.fields import code_field, return_field, secret_field
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, choice, read_form
from ideahub.http.mail_layout import mailer_of
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.http.requests import config_of, database_of, viewer_now


@dataclass
class ProofForm:
    """How somebody proves who they are, and what they typed for it."""

    how: Way | None = choice(Way)
    password: str = secret_field()
    code: str = code_field(required=False)
    mail_code: str = code_field(required=False)
    next: str = return_field()


FIELDS = {Way.PASSWORD: "password", Way.APP: "code", Way.MAIL: "mail_code"}


@get("/proof")
async def proof_page(request: AnyRequest) -> Response[Any]:
    """The page that asks for a proof of who the viewer is."""
    viewer = await viewer_now(request)
    viewer.must_sign_in()
    return await _page(request, viewer, blank(ProofForm, next=next_of(request)))


@post("/proof")
async def send_proof(request: AnyRequest) -> Response[Any]:
    """Takes the proof, and goes on with what it was asked for."""
    viewer = await viewer_now(request)
    viewer.must_sign_in()
    form = await read_form(request, ProofForm)
    way = form.values.how or Way.PASSWORD
    field = FIELDS.get(way, "how")
    typed = str(form.value(field))
    if way in FIELDS and not typed:
        form.errors[field] = _("Fill this in.")
    ways = await _ways(request, viewer)
    if form.ok:
        async with form.attempt(None, field):
            said = typed if way is Way.PASSWORD else clean_code(typed)
            database, browser = database_of(request), browser_of(request)
            secret = await prove_by(database, viewer, ways, way, said, browser)
    if not form.ok:
        return await _page(request, viewer, form)
    return answer_proved(request, secret, form.values.next, _("Thank you. It is you."))


@post("/proof/code")
async def send_proof_code(request: AnyRequest) -> Response[Any]:
    """Sends a code to the viewer's own address."""
    viewer = await viewer_now(request)
    ways = await _ways(request, viewer)
    form = await read_form(request, ProofForm)
    back = with_query("/proof", next=form.values.next)
    if not ways.has(Way.MAIL):
        return see_other(back)
    made = await new_own_code(database_of(request), viewer, ways.address)
    letter = code_letter(made.code, config_of(request).public_url, link=False)
    await mailer_of(config_of(request)).send(ways.address, letter.subject, letter.text)
    response = see_other(back, _("We sent a code to %(address)s.", address=ways.address))
    keep_code_secret(request, response, made.secret)
    return response


async def _ways(request: AnyRequest, viewer: Viewer) -> OwnWays:
    async with database_of(request).reading() as db:
        return await own_ways(db, viewer, demo=config_of(request).demo)


async def _page(request: AnyRequest, viewer: Viewer, form: Form[ProofForm]) -> Response[Any]:
    return page(
        request,
        viewer,
        "accounts/proof.html",
        status=form.status,
        form=form,
        ways=await _ways(request, viewer),
        Way=Way,
        next_url=form.values.next,
        kept_here=mailer_of(config_of(request)).keeps,
    )


ROUTES: list[ControllerRouterHandler] = [proof_page, send_proof, send_proof_code]
