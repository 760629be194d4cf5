"""The demo's campaigns: two idea boxes, and challenges that are open, coming, or a draft."""

from datetime import timedelta

from ideahub.campaigns.models import Audience, CampaignKind, Purpose
from ideahub.demo.shapes import DemoCampaign, DemoChange, DemoPhase

DAY = timedelta(days=1)

CAMPAIGNS = (
    DemoCampaign(
        "schools",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "city",
        "ines",
        "Safe routes to school",
        "How might we make every school route safe to walk?",
        "Every morning 9,400 children set out for 31 schools. A third of them come by car, "
        "mostly because the way on foot feels dangerous.",
        "We are looking for ideas that a street, a school or the city can try within one school "
        "year. They may be small: a painted line, a new habit, a letter that parents understand.\n\n"
        "**What happens to your idea**\n\n"
        "1. Until the ideas phase closes, everyone posts, supports and builds.\n"
        "2. The ten strongest get a prototype week with our traffic engineers.\n"
        "3. Three pilots run from the spring, with a budget and a named sponsor.\n\n"
        "Children may take part through their class.",
        (
            DemoPhase("Ideas and building", -31 * DAY, 24 * DAY, Purpose.IDEAS),
            DemoPhase("Prototype weeks", 25 * DAY, 74 * DAY, Purpose.BUILDING),
            DemoPhase("Judging and pilots", 75 * DAY, 120 * DAY, Purpose.JUDGING),
        ),
        whys=(
            "Children are driven to school because their parents fear the way on foot.",
            "They fear it because cars pass the schools fast and turn without looking.",
            "They do so because the streets are built for through traffic.",
            "They are built so because for forty years we measured minutes by car, and nothing else.",
        ),
        hopes="Children who know their street. Quiet mornings at the school gate. Parents who win "
        "back half an hour.",
        fears="A campaign that ends with posters. Residents who feel overruled. One street calmed, "
        "the next one louder.",
        beneficiaries="9,400 pupils, their parents, 31 schools, and everyone who lives on a school "
        "street.",
        prize="Three pilots with €20,000 each, and a prototype week for ten teams",
        changes=(
            DemoChange("prize", "Three pilots, and a prototype week for ten teams", 12 * DAY),
        ),
        topics=("mobility", "schools", "safety"),
    ),
    DemoCampaign(
        "once",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "ministry",
        "jonas",
        "Tell us once",
        "How might we let people tell the state something only once?",
        "A birth means eleven forms at seven offices. Ten of them ask for the same twelve lines.",
        "New ideas are closed; the strongest are now being built and tested in the open. Your "
        "“yes, and…” still counts, and so does your support.",
        (
            DemoPhase("Ideas", -118 * DAY, -49 * DAY, Purpose.IDEAS),
            DemoPhase("Building and testing", -49 * DAY, 38 * DAY, Purpose.BUILDING),
        ),
        whys=(
            "Parents of newborns fill in eleven forms.",
            "Every office asks anew, because it may not see what another office knows.",
            "It may not, because consent is tied to a purpose that was written before there was a web.",
        ),
        hopes="One visit, one form, one reply. Staff who advise instead of retyping.",
        fears="A giant register that knows too much. Another portal that nobody finds.",
        beneficiaries="Everyone who moves house, has a child, loses a parent or founds a firm.",
        prize="A service team of five for six months",
        topics=("digital", "forms", "families"),
    ),
    DemoCampaign(
        "library",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "city",
        "ines",
        "The city's living room",
        "How might we make the library the living room of the whole city?",
        "It is warm, dry, free and central. At seven in the evening it is empty.",
        "From the opening day on we collect ideas for the evening hours, for the ground floor, and "
        "for the people who never come.",
        (DemoPhase("Ideas", 9 * DAY, 51 * DAY, Purpose.IDEAS),),
        hopes="A place where one may stay without buying anything.",
        fears="Noise where people come to read.",
        beneficiaries="People with small flats, small budgets or small children.",
        prize="€8,000 for the first season",
        topics=("culture", "public space"),
    ),
    DemoCampaign(
        "monday",
        CampaignKind.IDEA_BOX,
        Audience.INTERNAL,
        "city",
        "ines",
        "Better every Monday",
        "What would make your work easier by next Monday?",
        "For everyone who works for Lindenau. No form, no hierarchy, no idea too small.",
        "Post what slows you down and what you would try. Colleagues build on it. Every idea with "
        "ten supporters gets an answer from a director.",
        (DemoPhase("Always open", -400 * DAY, None, Purpose.IDEAS),),
        hopes="That a good idea does not depend on who has it.",
        fears="That it lands in a drawer. So every stage is public here.",
        beneficiaries="1,900 colleagues, and everyone they serve.",
        topics=("work", "tools"),
        allows_pseudonyms=True,
    ),
    DemoCampaign(
        "rules",
        CampaignKind.IDEA_BOX,
        Audience.PUBLIC,
        "ministry",
        "jonas",
        "Rules that cost you time",
        "Which rule costs you time, and what should it say instead?",
        "Name the rule, tell us what happened, propose the sentence that would mend it.",
        "We read everything. Each quarter the state secretary takes the three most supported ideas "
        "to the cabinet's committee on better law.",
        (DemoPhase("Always open", -300 * DAY, None, Purpose.IDEAS),),
        changes=(DemoChange("title", "Rules that cost time", 90 * DAY),),
        hopes="Rules that say what they are for.",
        fears="Cutting a protection by mistake for a burden.",
        beneficiaries="Whoever stands at a counter, on either side of it.",
        topics=("law", "forms"),
    ),
    DemoCampaign(
        "trees",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "city",
        "ines",
        "Ten cooler streets",
        "How might we keep ten streets below 30 degrees?",
        "Still a draft: phases and prize are missing.",
        "",
        (),
        topics=("climate",),
        published=False,
    ),
)
