"""The feature of the pipeline: stages and gates, the board, experiments and lessons."""

from ideahub.feature import Feature
from ideahub.ideas.browsing import IdeaOrder
from ideahub.pipeline.criteria import CRITERIA
from ideahub.pipeline.live import CHANGES, ROOMS, shows
from ideahub.pipeline.moving import wants_sponsor
from ideahub.pipeline.web import ROUTES
from ideahub.pipeline.web.after_sign_in import AFTER_SIGN_IN
from ideahub.pipeline.web.parts import PARTS

FEATURE = Feature(
    name="pipeline",
    routes=ROUTES,
    shows=shows,
    rooms=ROOMS,
    changes=CHANGES,
    parts=PARTS,
    after_sign_in=AFTER_SIGN_IN,
    criteria=CRITERIA,
    orders={IdeaOrder.NEEDS_SPONSOR: wants_sponsor},
)
