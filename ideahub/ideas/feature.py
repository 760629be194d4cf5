"""Ideas: posting, supporting, browsing, and their history."""

from ideahub.feature import Feature
from ideahub.ideas.counts import COUNTS
from ideahub.ideas.criteria import CRITERIA
from ideahub.ideas.live import ACTS, ROOMS, SHOWS
from ideahub.ideas.recounting import count_old_revisions
from ideahub.ideas.tallying import put_tallies_together
from ideahub.ideas.web import ROUTES
from ideahub.ideas.web.parts import PARTS

FEATURE = Feature(
    name="ideas",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    acts=ACTS,
    parts=PARTS,
    ticks=(put_tallies_together, count_old_revisions),
    counts=COUNTS,
    criteria=CRITERIA,
)
