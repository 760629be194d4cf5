"""A made-up city to try everything out in."""

from ideahub.demo.routes import ROUTES
from ideahub.feature import Feature

FEATURE = Feature(name="demo", demo_routes=ROUTES)
