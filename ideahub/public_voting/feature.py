"""The feature of public votes: the ballot of a phase, voting, and what comes of it."""

from ideahub.feature import Feature
from ideahub.public_voting.lacking import lacks_for_vote
from ideahub.public_voting.live import SHOWS
from ideahub.public_voting.telling import TELLS
from ideahub.public_voting.travelling import TRAVEL, count_voters
from ideahub.public_voting.web import ROUTES
from ideahub.public_voting.web.after_sign_in import AFTER_SIGN_IN
from ideahub.public_voting.web.parts import PARTS

FEATURE = Feature(
    name="public_voting",
    routes=ROUTES,
    shows=SHOWS,
    parts=PARTS,
    after_sign_in=AFTER_SIGN_IN,
    travels=(TRAVEL,),
    lacks=(lacks_for_vote,),
    taken_in=(count_voters,),
    tells=TELLS,
)
