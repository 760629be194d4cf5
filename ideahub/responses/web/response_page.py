"""The page of the answer to an idea: what is owed, what was said, and the forms of those who may
say more."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import find_drafts
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, restored
from ideahub.http.pages import AnyRequest, page
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.responses.answer_input import waking_measures
from ideahub.responses.labels import answer_field_labels, reason_labels, verdict_labels
from ideahub.responses.leaders import leaders_elsewhere, leaders_of
from ideahub.responses.queries import clocks_of, responses_of
from ideahub.responses.responding import may_answer
from ideahub.responses.shown import shown_clock, shown_response
from ideahub.responses.trail import trail_of
from ideahub.responses.web.beginning import answer_templates
from ideahub.responses.web.forms import (
    BegunAnswerForm,
    ConditionReportForm,
    DecidedReportForm,
    HandoverForm,
    HandoverRefusalForm,
    OwnerForm,
    answer_of,
)

# The forms on the page: what each is called there and among drafts.
FORMS: dict[str, type[Any]] = {
    "answer": BegunAnswerForm,
    "report": ConditionReportForm,
    "decided": DecidedReportForm,
    "handover": HandoverForm,
    "refusal": HandoverRefusalForm,
    "owner": OwnerForm,
}


def draft_key(idea: IdeaView, name: str) -> str:
    """The name among drafts of one of the page's forms."""
    return f"response-{name}-{idea.id}"


async def response_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    **sent: Form[Any],
) -> Response[bytes]:
    """The page, with the forms that were sent and have errors in the place of the drafts."""
    own = await own_answer(db, viewer, idea, **sent)
    responses, clock, answering = own["responses"], own.pop("owed"), own["answering"]
    manages = viewer.holds(Role.MANAGER, idea.organisation_id)
    sees_openings = answering.may or manages or await is_author(db, viewer, idea)
    names_owners = clock is not None and (answering.owns or manages)
    return page(
        request,
        viewer,
        "responses/show.html",
        status=max((form.status for form in sent.values()), default=200),
        rooms=(f"idea:{idea.id}",),
        idea=idea,
        clock=shown_clock(clock, idea),
        shown=shown_response(responses[0] if responses else None),
        trail=await trail_of(db, idea.id, [one.id for one in responses]),
        manages=manages,
        sees_openings=sees_openings,
        leaders=await leaders_of(db, idea.organisation_id) if names_owners else [],
        elsewhere=await _elsewhere(db, idea) if answering.owns else {},
        refused=next(iter(sent), ""),
        **own,
    )


async def _elsewhere(db: AsyncSession, idea: IdeaView) -> dict[str, list[tuple[str, str]]]:
    """The leaders of other organisations, who can take over what is not ours to decide."""
    found: dict[str, list[tuple[str, str]]] = {}
    for leader in await leaders_elsewhere(db, idea.organisation_id) if idea.is_public else ():
        found.setdefault(leader.organisation, []).append((str(leader.id), leader.name))
    return found


async def own_answer(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, **sent: Form[Any]
) -> dict[str, Any]:
    """What `responses/_form.html` needs: the answers so far, what is owed, whether the viewer may
    answer, and the forms as they were sent, left, or begin."""
    responses = await responses_of(db, idea.id)
    owed = (await clocks_of(db, [idea.id])).get(idea.id)
    answering = await may_answer(db, viewer, idea)
    changes = bool(responses) and owed is None
    begins = answer_of(responses[0]) if changes and answering.may else {}
    return {
        "responses": responses,
        "owed": owed,
        "answering": answering,
        "changes": changes,
        "verdicts": verdict_labels(),
        "reasons": reason_labels(),
        "measures": waking_measures(),
        "field_labels": answer_field_labels(),
        "templates": await answer_templates(db, [idea.campaign_id]) if answering.may else [],
        **await _forms(db, viewer, idea, begins, sent),
    }


async def _forms(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    begins: dict[str, str],
    sent: dict[str, Form[Any]],
) -> dict[str, Any]:
    """The forms of the page, each as it was sent, as it was left, or to begin with."""
    keys = {name: draft_key(idea, name) for name in FORMS}
    drafts = await find_drafts(db, viewer, list(keys.values())) if viewer.signed_in else {}
    forms = {name: restored(FORMS[name], drafts.get(key)) for name, key in keys.items()}
    if begins and keys["answer"] not in drafts:
        forms["answer"] = restored(BegunAnswerForm, begins)
    drafted = {name for name, key in keys.items() if key in drafts}
    return {"forms": forms | sent, "keys": keys, "drafted": drafted}
