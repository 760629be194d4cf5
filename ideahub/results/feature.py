"""The feature of results: score runs, deliberation, appeals, awards, reasons, exports."""

import ideahub.results.models  # noqa: F401
from ideahub.feature import Feature
from ideahub.results.answering_entrants import announce_answers
from ideahub.results.lacking import rule_lacks
from ideahub.results.live import ROOMS, SHOWS
from ideahub.results.open_invitations import why_open_to_invited
from ideahub.results.outcomes import outcomes_of_results, why_ranked_entry_stays
from ideahub.results.telling import TELLS
from ideahub.results.web import ROUTES
from ideahub.results.web.feed_entries import FEEDS
from ideahub.results.web.parts import PARTS

FEATURE = Feature(
    name="results",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    feeds=FEEDS,
    lacks=(rule_lacks,),
    seldom=(announce_answers,),
    tells=TELLS,
    entry_outcomes=(outcomes_of_results,),
    why_entries_stay=(why_ranked_entry_stays,),
    why_open_to_all=(why_open_to_invited,),
)
