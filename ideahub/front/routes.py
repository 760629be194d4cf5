"""The home page."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.browsing import CampaignFilters, browse_campaigns
from ideahub.campaigns.cards import CampaignStatus
from ideahub.campaigns.models import CampaignKind
from ideahub.core.config import Config
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.front.news import count_all, count_stages, latest_happenings
from ideahub.http.pages import AnyRequest, page
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.stages import stage_choice
from ideahub.ideas.web.card_lists import card_list, card_rooms

ASKED = 3
RISING = 4


@get("/")
async def home(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The first page: what is asked, what rises, what became of it."""
    challenges = CampaignFilters(CampaignKind.CHALLENGE, standing=CampaignStatus.OPEN)
    asked = await browse_campaigns(db, viewer, challenges)
    boxes = await browse_campaigns(db, viewer, CampaignFilters(CampaignKind.IDEA_BOX))
    rising = (await browse_ideas(db, viewer, IdeaFilters(order=IdeaOrder.RISING))).cards[:RISING]
    return page(
        request,
        viewer,
        "front/home.html",
        rooms=("home", *card_rooms(rising)),
        challenges=asked.cards[:ASKED],
        boxes=boxes.cards[:ASKED],
        figures_of_all=await count_all(db, viewer),
        stage_counts=await count_stages(db, viewer),
        happenings=await latest_happenings(db, STRANGER),
        stage_choice=stage_choice,
        **await card_list(request, db, viewer, rising),
    )


@get("/gallery")
async def gallery(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Every component at once, for those who build pages; in development only."""
    config: Config = request.app.state.config
    if not config.development:
        raise NotFound
    return page(request, viewer, "gallery.html")


ROUTES: list[ControllerRouterHandler] = [home, gallery]
