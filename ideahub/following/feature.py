"""Following ideas, challenges, idea boxes, organisations, people and tags."""

from ideahub.core.telling import one_after_another
from ideahub.feature import Feature
from ideahub.following.live import ROOMS, SHOWS
from ideahub.following.one_press import once_for_one_press
from ideahub.following.public_deeds import TELLS as PUBLIC_DEEDS
from ideahub.following.telling import FOLLOWERS, TELLS
from ideahub.following.telling_outcomes import TELLS as TELLS_OUTCOMES
from ideahub.following.web.after_sign_in import AFTER_SIGN_IN
from ideahub.following.web.following import ROUTES
from ideahub.following.web.hosts import ROUTES as HOSTS
from ideahub.following.web.own_parts import OWN_PARTS
from ideahub.following.web.parts import PARTS
from ideahub.following.web.what_i_follow import ROUTES as WHAT_I_FOLLOW

FEATURE = Feature(
    name="following",
    routes=(*ROUTES, *HOSTS, *WHAT_I_FOLLOW),
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    own_parts=OWN_PARTS,
    after_sign_in=AFTER_SIGN_IN,
    tells=once_for_one_press(one_after_another(TELLS_OUTCOMES, TELLS, PUBLIC_DEEDS)),
    announcement_groups=(FOLLOWERS,),
)
