"""The feature of responses: leaders' public answers to ideas, owed until a day."""

from ideahub.feature import Feature
from ideahub.responses import queries  # noqa: F401  its tables belong to the schema

FEATURE = Feature(name="responses")
