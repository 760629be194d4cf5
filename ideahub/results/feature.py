"""The feature of results."""

import ideahub.results.models  # noqa: F401
from ideahub.feature import Feature
from ideahub.results.web import ROUTES

FEATURE = Feature(name="results", routes=ROUTES)
