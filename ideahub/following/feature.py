"""Following ideas, challenges and idea boxes."""

from ideahub.feature import Feature
from ideahub.following.live import SHOWS
from ideahub.following.telling import FOLLOWERS, TELLS
from ideahub.following.web.after_sign_in import AFTER_SIGN_IN
from ideahub.following.web.following import ROUTES
from ideahub.following.web.own_button import OWN_PARTS
from ideahub.following.web.parts import PARTS
from ideahub.following.what_became import TELLS as TELLS_OUTCOMES

FEATURE = Feature(
    name="following",
    routes=ROUTES,
    shows=SHOWS,
    parts=PARTS,
    own_parts=OWN_PARTS,
    after_sign_in=AFTER_SIGN_IN,
    tells={**TELLS, **TELLS_OUTCOMES},
    announcement_groups=(FOLLOWERS,),
)
