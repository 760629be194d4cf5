"""Following ideas."""

from ideahub.feature import Feature
from ideahub.following.live import SHOWS
from ideahub.following.web.following import ROUTES
from ideahub.following.web.parts import PARTS

FEATURE = Feature(name="following", routes=ROUTES, shows=SHOWS, parts=PARTS)
