"""Questions and answers, and announcements."""

from ideahub.feature import Feature
from ideahub.questions.live import ROOMS, SHOWS
from ideahub.questions.open_questions import count_asked
from ideahub.questions.telling import TELLS
from ideahub.questions.travelling import TRAVEL
from ideahub.questions.web import ROUTES
from ideahub.questions.web.after_sign_in import AFTER_SIGN_IN
from ideahub.questions.web.feed_entries import FEEDS
from ideahub.questions.web.parts import PARTS

FEATURE = Feature(
    name="questions",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    after_sign_in=AFTER_SIGN_IN,
    taken_in=(count_asked,),
    tells=TELLS,
    travels=(TRAVEL,),
    feeds=FEEDS,
)
