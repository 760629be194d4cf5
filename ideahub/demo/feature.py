"""The feature of the demo: made-up people, campaigns and ideas to try IdeaHub with."""

from ideahub.demo.routes import ROUTES
from ideahub.feature import Feature

FEATURE = Feature(name="demo", demo_routes=ROUTES)
