"""The feature of campaigns: challenges and idea boxes, and their phases."""

from ideahub.campaigns.calendar import phase_dates
from ideahub.campaigns.clock_rules import follow_clock_rules
from ideahub.campaigns.discarding import forget_discarded
from ideahub.campaigns.live import CHANGED_PAGES, ROOMS, SHOWS
from ideahub.campaigns.planned_publication import publish_planned
from ideahub.campaigns.rules_travelling import RULES_TRAVEL
from ideahub.campaigns.running import announce_phases
from ideahub.campaigns.telling_reviews import TELLS
from ideahub.campaigns.terms_lacking import terms_lacks
from ideahub.campaigns.terms_travelling import TERMS_TRAVEL
from ideahub.campaigns.web import ROUTES
from ideahub.campaigns.web.feed_entries import FEEDS
from ideahub.campaigns.web.live_page import PAGE_ROOMS, PAGE_SHOWS
from ideahub.campaigns.web.parts import PARTS
from ideahub.feature import Feature

FEATURE = Feature(
    name="campaigns",
    routes=ROUTES,
    shows={kind: (*shows, *PAGE_SHOWS.get(kind, ())) for kind, shows in SHOWS.items()},
    rooms={**ROOMS, **PAGE_ROOMS},
    changes=CHANGED_PAGES,
    parts=PARTS,
    travels=(RULES_TRAVEL, TERMS_TRAVEL),
    lacks=(terms_lacks,),
    calendar_dates=(phase_dates,),
    ticks=(publish_planned, announce_phases),
    seldom=(forget_discarded, follow_clock_rules),
    feeds=FEEDS,
    tells=TELLS,
)
