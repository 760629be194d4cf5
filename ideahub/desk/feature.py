"""The feature of the leader's desk. It has no tables of its own."""

from ideahub.desk.web import ROUTES
from ideahub.feature import Feature

FEATURE = Feature(name="desk", routes=ROUTES)
