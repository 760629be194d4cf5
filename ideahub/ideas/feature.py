"""The feature of ideas: posting, supporting, browsing, and their history."""

from ideahub.core.files.storing import sweep_files
from ideahub.feature import Feature
from ideahub.ideas.counts import COUNTS
from ideahub.ideas.criteria import CRITERIA
from ideahub.ideas.live import ACTS, CHANGES, ROOMS, SHOWS
from ideahub.ideas.posted import count_posted
from ideahub.ideas.recounting import count_old_revisions
from ideahub.ideas.tallying import merge_tallies
from ideahub.ideas.web import ROUTES
from ideahub.ideas.web.after_sign_in import AFTER_SIGN_IN
from ideahub.ideas.web.own_support import OWN_PARTS
from ideahub.ideas.web.parts import PARTS

FEATURE = Feature(
    name="ideas",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    changes=CHANGES,
    acts=ACTS,
    parts=PARTS,
    own_parts=OWN_PARTS,
    after_sign_in=AFTER_SIGN_IN,
    ticks=(merge_tallies, count_old_revisions),
    seldom=(sweep_files,),
    counts=COUNTS,
    criteria=CRITERIA,
    taken_in=(count_posted,),
)
