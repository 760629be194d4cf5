"""Handlers for the calibration round: managers choose samples, judges score them."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.text.cleaning import clean_text
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form, line, read_form, restored, text
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.receiving import sent_form
from ideahub.judging.calibrating import (
    SamplePlan,
    SampleView,
    TypedSample,
    sample_scores,
    samples_for,
    samples_of,
    score_sample,
    set_samples,
)
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.panels import PanelView, find_managed_panel
from ideahub.judging.queries import OwnPanel, find_own_panel
from ideahub.judging.scoring import VALUE, TypedScore

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
COMMENT = "comment"
LONGEST_SCORE = 40


@dataclass
class SamplesForm:
    """Two samples; an empty one is left out."""

    title_1: str = line(lengths.TITLE)
    text_1: str = text()
    title_2: str = line(lengths.TITLE)
    text_2: str = text()

    @property
    def plans(self) -> list[SamplePlan]:
        """The samples that are filled in."""
        both = (self.title_1, self.text_1), (self.title_2, self.text_2)
        return [SamplePlan(title, words) for title, words in both if title and words]


@get("/management/{campaign_id:int}/judging/{panel_id:int}/samples")
async def edit_samples(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The form for choosing samples."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    stored = {}
    for sample in await samples_of(db, panel.id):
        stored[f"title_{sample.position}"] = sample.title
        stored[f"text_{sample.position}"] = sample.text
    draft = await find_draft(db, viewer, _key(panel))
    return _edit_page(request, viewer, campaign, panel, restored(SamplesForm, draft, **stored))


@post("/management/{campaign_id:int}/judging/{panel_id:int}/samples")
async def save_samples(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Stores the samples, and goes to the panel."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    form = await read_form(request, SamplesForm)
    for number in (1, 2):
        title, words = (bool(form.value(f"{name}_{number}").strip()) for name in ("title", "text"))
        if title != words:
            missing = f"text_{number}" if title else f"title_{number}"
            form.errors.setdefault(missing, _("A sample needs a title and a text."))
    if form.ok:
        async with form.attempt(db, "title_1"):
            await set_samples(db, viewer, campaign, panel.id, form.values.plans)
    if not form.ok:
        return _edit_page(request, viewer, campaign, panel, form)
    await discard_draft(db, viewer, _key(panel))
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return go_to(request, at, _("The samples are saved. Judges can score them at once."))


@get("/judging/{panel_id:int}/samples/{sample_id:int}")
async def show_sample(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    sample_id: FromPath[int],
) -> Response[bytes]:
    """A sample beside its scorecard; once that is finished, beside what the others gave."""
    own = await find_own_panel(db, viewer, panel_id)
    sample = await _find_sample(db, own, sample_id)
    draft = await find_draft(db, viewer, _sample_key(sample)) or {}
    return await _page(request, db, viewer, own, sample, draft, button_form())


@post("/judging/{panel_id:int}/samples/{sample_id:int}")
async def send_sample(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    sample_id: FromPath[int],
) -> Response[Any]:
    """Finishes the scorecard of a sample, and shows what the others gave."""
    own = await find_own_panel(db, viewer, panel_id)
    sample = await _find_sample(db, own, sample_id)
    sent = {name: str(value) for name, value in sent_form(request).items()}
    form = button_form()
    typed = {}
    for criterion in await criteria_of(db, own.panel.id):
        comment = clean_text(sent.get(f"{COMMENT}-{criterion.id}", ""))
        if len(comment) > lengths.SCORE_COMMENT:
            over = len(comment) - lengths.SCORE_COMMENT
            form.errors[f"{COMMENT}-{criterion.id}"] = _(
                "Shorten this comment by %(number)s characters.", number=over
            )
        value = sent.get(f"{VALUE}-{criterion.id}", "")[:LONGEST_SCORE]
        typed[criterion.id] = TypedSample(value, comment)
    if form.ok:
        async with form.attempt(db, "card"):
            await score_sample(db, viewer, own, sample.id, typed)
    if not form.ok:
        return await _page(request, db, viewer, own, sample, sent, form)
    await discard_draft(db, viewer, _sample_key(sample))
    at = f"/judging/{own.panel.id}/samples/{sample.id}"
    return go_to(request, at, _("Finished. Here is what the others gave."))


async def _find_sample(db: AsyncSession, own: OwnPanel, sample_id: int) -> SampleView:
    for sample in await samples_for(db, own):
        if sample.id == sample_id:
            return sample
    raise NotFound


def _key(panel: PanelView) -> str:
    return f"panel-samples-{panel.id}"


def _sample_key(sample: SampleView) -> str:
    return f"sample-{sample.id}"


def _edit_page(
    request: AnyRequest,
    viewer: Viewer,
    campaign: Campaign,
    panel: PanelView,
    form: Form[SamplesForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "judging/samples.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        at=f"/management/{campaign.id}/judging/{panel.id}",
        form=form,
        draft_key=_key(panel),
    )


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    sample: SampleView,
    sent: dict[str, Any],
    form: Form[None],
) -> Response[bytes]:
    criteria = await criteria_of(db, own.panel.id)
    typed = {
        one.id: TypedScore(
            str(sent.get(f"{VALUE}-{one.id}", "")), "", str(sent.get(f"{COMMENT}-{one.id}", ""))
        )
        for one in criteria
    }
    return page(
        request,
        viewer,
        "judging/sample.html",
        status=form.status,
        rooms=(f"judges:{own.panel.campaign_id}",),
        own=own,
        panel=own.panel,
        sample=sample,
        criteria=criteria,
        typed=typed,
        form=form,
        given=await sample_scores(db, own, sample),
        draft_key=_sample_key(sample),
        limit=lengths.SCORE_COMMENT,
    )


ROUTES: list[ControllerRouterHandler] = [edit_samples, save_samples, show_sample, send_sample]
