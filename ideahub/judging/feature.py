"""The feature of judging."""

import ideahub.judging.models  # noqa: F401
from ideahub.feature import Feature
from ideahub.judging.web import ROUTES

FEATURE = Feature(name="judging", routes=ROUTES)
