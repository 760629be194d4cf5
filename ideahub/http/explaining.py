"""Turns refusals and errors into answers that explain them."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from jinja2 import TemplateNotFound
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap, Receive, Scope, Send
from sqlalchemy.exc import DBAPIError

from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.database_faults import ANY_FAULT, NO_DATABASE, is_bad_value, is_gone, is_too_slow
from ideahub.core.i18n import N_, _
from ideahub.core.kept_forms import KEPT
from ideahub.core.refusals import NOT_FOUND, VERY_MANY, Busy, ProofNeeded, Refused, SignInNeeded
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.http.cookies import kept_cookie, known_cookie, read_cookies, session_cookie, set_cookie
from ideahub.http.guard import SAFE_METHODS
from ideahub.http.keeping import (
    SECRET_FIELDS,
    Kept,
    keep_for_proof,
    keep_sent_form,
    wanted_in,
)
from ideahub.http.pages import (
    AnyRequest,
    is_htmx,
    page,
    page_before,
    partial,
    see_other,
    with_query,
)
from ideahub.http.requests import config_of, draft_of, viewer_now

log = logging.getLogger(__name__)
# Hidden and chosen fields: they hold no words that somebody typed and could lose.
NOT_TYPED = {
    *("accepts", "allows_pseudonyms", "audience", "back_to", "campaign_id", "currency"),
    *("decision", "direction", "do", "draft", "drafter", "end_others", "how", "id"),
    *("innovation_type", "join", "joined_from", "kind", "opened", "shown"),
    *(
        "language",
        "lets_hide",
        "lets_speak_for",
        "look",
        "named",
        "next",
        "organisation_id",
        "parent_id",
        "place",
        "revision",
    ),
    *("purpose", "role", "seen", "seen_review", "seen_stage", "support", "theme", "timezone"),
    *("blocking", "entries_elsewhere", "gone", "material", "required_answer"),
    *("turn_into", "username"),
    *("category", "entry", "looked", "of", "template", "up_to"),
    *("back", "eligible", "entries", "hidden_blind", "idea", "key", "person", "phase", "required"),
    *("entrant", "entries_phase_id", "page", "phase_id", "reading", "saved", "scale"),
    *(
        "seal",
        "sentence",
        "shares_scores",
        "names_judges",
        "invited_from",
        "comments",
        "left_out",
        "missing",
    ),
    *("only_here", "also_passed", "groups", "leaders", "met", "moment", "proves_itself_by"),
    *("reason_kind", "rule", "seen_response", "seen_version", "verdict", "vouches", "wake_measure"),
    *("leaves_out_no_groups", "order", "reader", "recipients"),
    *("run", "tie_break", "to_phase", "upheld"),
}
# Typed where rows repeat, though a field that is chosen elsewhere has the same name.
TYPED_IN_ROWS = {"category"}


class DeferredResponse(Response[Any]):
    """An answer that has to be awaited; the framework's exception handlers are not async."""

    def __init__(self, request: AnyRequest, answer: Awaitable[Response[Any]]) -> None:
        super().__init__(b"")
        self._request = request
        self._answer = answer

    def to_asgi_response(self, *args: Any, **options: Any) -> Any:
        """An ASGI application that awaits the answer and sends it."""

        async def send_later(scope: Scope, receive: Receive, send: Send) -> None:
            response = await self._answer
            ready = response.to_asgi_response(app=None, request=self._request)
            await ready(scope, receive, send)

        return send_later


def refusal_handlers() -> ExceptionHandlersMap:
    """Litestar's exception handlers: for refusals, HTTP errors, the database's and any others."""

    def later(answer: Callable[[AnyRequest, Any], Awaitable[Response[Any]]]) -> Any:
        return lambda request, error: DeferredResponse(request, answer(request, error))

    handlers: dict[Any, Any] = {
        Refused: later(_refused),
        HTTPException: later(_http_error),
        Exception: later(_fault),
        # TemplateNotFound is an OSError too, but does not mean that the database is gone.
        TemplateNotFound: later(_fault),
    }
    return handlers | dict.fromkeys((DBAPIError, *NO_DATABASE), later(_database_fault))


async def _refused(request: AnyRequest, refused: Refused) -> Response[Any]:
    if isinstance(refused, SignInNeeded) and not request.route_handler.opt.get("by_itself"):
        return await _ask_to_sign_in(request, refused)
    if isinstance(refused, ProofNeeded):
        return await _ask_for_proof(request, refused)
    return await _say(request, refused)


async def _say(request: AnyRequest, refused: Refused) -> Response[Any]:
    if is_htmx(request):
        answer = _in_place(refused.status, refused.reason)
    else:
        viewer = await _viewer_for_error(request, refused.status)
        answer = _on_a_page(request, viewer, refused.status, refused.reason)
    if isinstance(refused, Busy):
        answer.headers["Retry-After"] = "10"
    return answer


async def _ask_to_sign_in(request: AnyRequest, refused: SignInNeeded) -> Response[Any]:
    if request.method in SAFE_METHODS:
        return _to_sign_in_first(request)
    if _had_session(request) and not draft_of(request) and _typed(request):
        # Words in a form that has no draft, as they are shown for copying.
        return await _say(request, refused)
    try:
        kept = await keep_sent_form(request)
    except (Refused, *ANY_FAULT):
        return await _say(request, refused)
    return _to_sign_in(request, kept)


async def _ask_for_proof(request: AnyRequest, refused: ProofNeeded) -> Response[Any]:
    if request.method in SAFE_METHODS:
        # Back to the page with the link, as what it leads to may be a file.
        before = page_before(request)
        back = _back(request) if before == "/" else before
        return _to(request, with_query("/proof", next=back), refused.status)
    try:
        kept = await keep_for_proof(request, await viewer_now(request))
    except (Refused, *ANY_FAULT):
        return await _say(request, refused)
    return _keeping(
        request, _to(request, with_query("/proof", next=kept.url), refused.status), kept
    )


def _had_session(request: AnyRequest) -> bool:
    # A session that ended while something was typed. Signing out in another tab deletes the
    # session's cookie, but not the one of the known browser.
    config = config_of(request)
    names = {session_cookie(config), known_cookie(config)}
    return not names.isdisjoint(read_cookies(request))


def _to_sign_in_first(request: AnyRequest) -> Response[Any]:
    wanted = wanted_in(request, request.url.path)
    if is_htmx(request):
        # A part of a page has an address of its own, which is no page to come back to.
        back = (wanted and wanted.place) or page_before(request)
        url = with_query("/sign-in", next=back)
        return Response(b"", status_code=SignInNeeded.status, headers={"HX-Redirect": url})
    notice = "" if wanted else _("Sign in first. Then you go on where you were.")
    return see_other(with_query("/sign-in", next=_back(request)), notice=notice, done=False)


def _to_sign_in(request: AnyRequest, kept: Kept) -> Response[Any]:
    url = with_query("/sign-in", next=kept.url)
    return _keeping(request, _to(request, url, SignInNeeded.status), kept)


def _to(request: AnyRequest, url: str, status: int) -> Response[Any]:
    if is_htmx(request):
        # Not a success: the page's script keeps what was typed until it is sent.
        return Response(b"", status_code=status, headers={"HX-Redirect": url})
    return see_other(url)


def _keeping(request: AnyRequest, response: Response[Any], kept: Kept) -> Response[Any]:
    seconds = int(KEPT.total_seconds())
    config = config_of(request)
    set_cookie(response, config, kept_cookie(config), kept.secret, seconds)
    return response


async def _http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    sentences = {
        400: N_("The address or the form has something in it that cannot be read."),
        404: NOT_FOUND,
        405: N_("This cannot be done at this address."),
        413: N_(
            "That is too much to send at once, so nothing was saved. Go back, shorten it or choose "
            "a smaller file, and send it again."
        ),
    }
    known = sentences.get(error.status_code, N_("This did not work."))
    return await _explain(request, error.status_code, known)


async def _database_fault(request: AnyRequest, error: Exception) -> Response[Any]:
    if is_bad_value(error):
        return await _explain(request, 404, NOT_FOUND)
    reason = _why_not_now(error)
    if not reason:
        return await _fault(request, error)
    log.warning("No database at %s %s: %s", request.method, request.url.path, error)
    answer = await _explain(request, 503, reason)
    answer.headers["Retry-After"] = "10"
    return answer


def _why_not_now(error: Exception) -> str:
    if isinstance(error, QueueTimeout):
        return VERY_MANY
    if is_too_slow(error):
        return N_(
            "This took too long, so it was stopped. Nothing was saved, nothing is lost. "
            "Try again in a minute; in a search, use fewer or rarer words."
        )
    if is_gone(error):
        return N_(
            "We cannot reach our records just now. Nothing was saved, nothing is lost. "
            "Try again in a minute."
        )
    return ""


async def _fault(request: AnyRequest, error: Exception) -> Response[Any]:
    log.error("Fault at %s %s", request.method, request.url.path, exc_info=error)
    return await _explain(
        request, 500, N_("Something went wrong on our side. It has been noted. Try again later.")
    )


async def _explain(request: AnyRequest, status: int, message: str) -> Response[Any]:
    # Translated here, since only finding the viewer tells the language.
    if is_htmx(request):
        return _in_place(status, _(message))
    viewer = await _viewer_for_error(request, status)
    return _on_a_page(request, viewer, status, _(message))


def _in_place(status: int, reason: str) -> Response[Any]:
    answer = partial("layouts/_refusal.html", status=status, reason=reason, kind=status)
    answer.status_code = status
    # The form keeps what was typed; only the notice changes.
    answer.headers |= {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
    return answer


def _on_a_page(request: AnyRequest, viewer: Viewer, status: int, reason: str) -> Response[Any]:
    return page(
        request,
        viewer,
        "layouts/refused.html",
        status=status,
        reason=reason,
        code=status,
        kept=_typed(request),
        back=_back(request),
    )


async def _viewer_for_error(request: AnyRequest, status: int) -> Viewer:
    # A request that waited for a connection in vain must not wait for a second one.
    known: Viewer | None = request.state.get("viewer")
    if known is not None or status == 503:
        return known or STRANGER
    try:
        return await viewer_now(request)
    except ANY_FAULT:
        return STRANGER


def _typed(request: AnyRequest) -> list[tuple[str, str]]:
    """What was typed into the form, shown for copying, so that a refusal loses nothing."""
    if request.method in SAFE_METHODS:
        return []
    # Not read from the request here: if the form broke off, the rest would never come.
    sent = request.state.get("sent_form")
    if sent is None:
        return []
    return [
        (name, value)
        for name, value in sent.multi_items()
        if isinstance(value, str) and value.strip() and _is_typed(name)
    ]


def _is_typed(name: str) -> bool:
    # Rows that repeat are numbered: "phase-0-name".
    row, _dash, field = name.rpartition("-")
    if row and field in TYPED_IN_ROWS:
        return True
    return field not in NOT_TYPED | SECRET_FIELDS


def _back(request: AnyRequest) -> str:
    if request.method in SAFE_METHODS:
        query = request.scope["query_string"].decode("latin-1")
        return request.url.path + (f"?{query}" if query else "")
    return page_before(request)
