"""The page of an award, and what is done on it: each deed is tried, and leads back to the page."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.web.forms import NewCheckForm, PaidForm, PaymentForm, RevocationForm
from ideahub.results.web.managing import address, results_room, state_of
from ideahub.results.won import checklist_of, find_managed_award, payment_views

ALL = "/management/{campaign_id:int}/results/{panel_id:int}/awards"
ONE = ALL + "/{award_id:int}"


class AwardPlace(NamedTuple):
    """An award on whose page somebody does something."""

    request: AnyRequest
    db: AsyncSession
    viewer: Viewer
    campaign: Campaign
    panel: Panel
    award_id: int

    @property
    def address(self) -> str:
        """The address of the award's page."""
        return f"{address(self.panel)}/awards/{self.award_id}"


async def find_place(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign_id: int,
    panel_id: int,
    award_id: int,
) -> AwardPlace:
    """The place, for those who manage the panel; raises as `find_managed_panel_row` does."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    return AwardPlace(request, db, viewer, campaign, panel, award_id)


async def try_on_award(
    place: AwardPlace,
    form: Form[Any],
    field: str,
    deed: Callable[[], Awaitable[Any]],
    said: str,
    *,
    draft: str = "",
    about: int = 0,
    back: str = "",
) -> Response[Any]:
    """Does the deed if the form has no errors, and leads to the award's page, or to `back`, with
    what is `said`. Where it is refused, of `field` unless the refusal names another, the page
    comes again; `about` is the number of the row of it that the form is about."""
    if form.ok:
        async with form.attempt(place.db, field):
            await deed()
    if not form.ok:
        return await award_page(place, form, about)
    if draft:
        await discard_draft(place.db, place.viewer, draft)
    return go_to(place.request, back or place.address, said)


async def award_page(
    place: AwardPlace, form: Form[Any] | None = None, about: int = 0
) -> Response[bytes]:
    """The page of an award; `form` is one of its forms that was refused, `about` the number of the
    point of the checklist, or of the payment, that it is about."""
    db, campaign = place.db, place.campaign
    award = await find_managed_award(db, campaign.id, place.award_id)
    kinds = {
        "new_check": NewCheckForm,
        "revocation": RevocationForm,
        "payment": PaymentForm,
        "paid": PaidForm,
    }
    forms = {
        name: form if form and isinstance(form.values, kind) else blank(kind)
        for name, kind in kinds.items()
    }
    return page(
        place.request,
        place.viewer,
        "results/award.html",
        status=form.status if form else 200,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=place.panel,
        state=await state_of(db, campaign.id, place.panel.id),
        award=award,
        checks=await checklist_of(db, award.id),
        payments=await payment_views(db, award.id),
        forms=forms,
        refused=form,
        check_id=about,
    )
