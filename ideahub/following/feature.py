"""Following ideas, challenges and idea boxes."""

from ideahub.feature import Feature
from ideahub.following.live import SHOWS
from ideahub.following.telling import FOLLOWERS, TELLS
from ideahub.following.web.after_sign_in import AFTER_SIGN_IN
from ideahub.following.web.following import ROUTES
from ideahub.following.web.own_button import OWN_PARTS
from ideahub.following.web.parts import PARTS

FEATURE = Feature(
    name="following",
    routes=ROUTES,
    shows=SHOWS,
    parts=PARTS,
    own_parts=OWN_PARTS,
    after_sign_in=AFTER_SIGN_IN,
    tells=TELLS,
    announcement_groups=(FOLLOWERS,),
)
