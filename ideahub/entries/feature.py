"""The feature of entries."""

import ideahub.entries.models  # noqa: F401
from ideahub.entries.web import ROUTES
from ideahub.feature import Feature

FEATURE = Feature(name="entries", routes=ROUTES)
