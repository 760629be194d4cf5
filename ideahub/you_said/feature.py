"""“You said, we did”."""

from ideahub.feature import Feature
from ideahub.you_said.adding import add_outcomes
from ideahub.you_said.live import ROOMS, SHOWS
from ideahub.you_said.telling import TELLS
from ideahub.you_said.web import ROUTES
from ideahub.you_said.web.feed_entries import FEEDS
from ideahub.you_said.web.parts import PARTS

FEATURE = Feature(
    name="you_said",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    seldom=(add_outcomes,),
    tells=TELLS,
    feeds=FEEDS,
)
