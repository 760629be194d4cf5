"""The feature of the safe space: people who take part without their name."""

from ideahub.feature import Feature
from ideahub.safe_space.barring_names import delete_past_bars
from ideahub.safe_space.finding import writes_as
from ideahub.safe_space.links import delete_past_links
from ideahub.safe_space.telling import TELLS
from ideahub.safe_space.web import ROUTES
from ideahub.safe_space.web.parts import PARTS

FEATURE = Feature(
    name="safe_space",
    routes=ROUTES,
    parts=PARTS,
    tells=TELLS,
    own_names=(writes_as,),
    seldom=(delete_past_links, delete_past_bars),
)
