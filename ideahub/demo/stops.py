"""The demo's challenge that takes entries now: what it asks, and what people have written so far."""

from datetime import timedelta
from decimal import Decimal

from ideahub.campaigns.models import Audience, CampaignKind, Purpose
from ideahub.demo.judged import RULES
from ideahub.demo.shapes import DemoCampaign, DemoPhase
from ideahub.demo.shapes_judged import DemoField, DemoPrize
from ideahub.demo.shapes_open import DemoOpen, DemoOpenEntry
from ideahub.entries.models import FieldKind

DAY = timedelta(days=1)

FORM = (
    DemoField(
        "summary",
        FieldKind.SHORT_TEXT,
        "Your proposal in one sentence",
        "It stands in lists, so say what would be different.",
    ),
    DemoField(
        "how",
        FieldKind.LONG_TEXT,
        "What would you change at the stop, and who would do it?",
        "Name what has to be built, who looks after it, and what happens in winter.",
    ),
    DemoField(
        "stop",
        FieldKind.CHOICE,
        "What kind of stop is it for?",
        options=("In the centre", "In a housing area", "At the edge of the city", "Any stop"),
    ),
    DemoField(
        "whom",
        FieldKind.CHOICES,
        "Who gains most by it?",
        "Choose as many as are true.",
        options=(
            "People with a wheelchair or a walking frame",
            "People who see or hear little",
            "Children on their way to school",
            "People who wait at night",
        ),
    ),
    DemoField(
        "cost",
        FieldKind.NUMBER,
        "What would one stop cost, in euros?",
        "With what it costs to keep it in order for a year. A rough sum is enough.",
    ),
    DemoField("tried", FieldKind.YES_NO, "Has it been tried anywhere?"),
    DemoField(
        "source",
        FieldKind.LINK,
        "Where can we read about that trial?",
        required=False,
        shown_blind=False,
    ),
    DemoField(
        "sketch",
        FieldKind.FILE,
        "A sketch or a photo",
        "A picture or a PDF. Take care that it shows no faces.",
        required=False,
    ),
    DemoField(
        "self",
        FieldKind.LONG_TEXT,
        "Who are you?",
        "Judges do not see this answer.",
        required=False,
        shown_blind=False,
    ),
    DemoField(
        "publish", FieldKind.CONSENT, "If we win, our proposal may be published under our names."
    ),
)

ENTRIES = (
    DemoOpenEntry(
        "A bench on the side of the road where people wait",
        {
            "summary": "Each stop gets seats at two heights, with arms, within sight of the coming bus.",
            "how": "Two seats of 45 cm and one of 55 cm stand beside the shelter and not in it, so that nobody has to "
            "choose between rain and the view. The works yard has the drawings; it can mount four stops in a day.",
            "stop": "Any stop",
            "whom": [
                "People with a wheelchair or a walking frame",
                "Children on their way to school",
            ],
            "cost": "2900",
            "tried": "yes",
            "source": "https://www.transport.example/reports/seats-at-stops",
            "self": "A student of geography who counted waiting people at nine stops in October.",
            "publish": "yes",
        },
        captain="farid",
        is_submitted=True,
    ),
    DemoOpenEntry(
        "The bus says where it goes",
        {
            "summary": "A loudspeaker outside says line and direction when the doors open, as loud as the street is.",
            "how": "The buses have loudspeakers outside already; they are switched off. A microphone measures the noise of "
            "the street, so that nobody is woken at night.",
            "stop": "Any stop",
            "whom": ["People who see or hear little"],
            "cost": "400",
            "tried": "yes",
            "self": "A social worker at a school with a class for children who see little.",
            "publish": "yes",
        },
        captain="clara",
        team_name="We hear it coming",
        others=2,
        is_submitted=True,
        later={"cost": "650"},
    ),
    DemoOpenEntry(
        "Light that comes on when somebody waits",
        {
            "summary": "At the four stops of the hospital a lamp grows bright while somebody stands there.",
            "how": "Who comes off the late shift waits where it is dark. A sensor switches the lamp to full light for as long "
            "as somebody stands below it.",
            "stop": "At the edge of the city",
            "whom": ["People who wait at night"],
        },
        captain="deniz",
        team_name="Late shift",
        invited="elena",
    ),
    DemoOpenEntry(
        "Two metres of roof for the walking frame",
        {
            "summary": "The roof reaches two metres farther, where a frame or a wheelchair fits beside the seats.",
            "how": "Dictated by telephone: at the stop by the cemetery there are three seats, and the frame stands in the "
            "rain. A longer roof, and nothing below it.",
            "stop": "In a housing area",
            "whom": ["People with a wheelchair or a walking frame"],
            "cost": "3500",
            "tried": "no",
            "publish": "yes",
        },
        is_submitted=True,
        for_address="hannelore.brinkmann@mail.example",
    ),
)

STOPS = DemoOpen(
    campaign=DemoCampaign(
        "stops",
        CampaignKind.CHALLENGE,
        Audience.PUBLIC,
        "city",
        "ines",
        "Stops worth waiting at",
        "How might we make every bus stop a place where everybody can wait?",
        "Of 412 stops, 163 have no seat, 97 no roof, and 60 cannot be reached with a wheelchair.",
        "Entries are taken now, alone or with a team. Everything can be changed until the phase closes; whoever has "
        "no computer can telephone, and we write the entry with them.",
        (
            DemoPhase("Entries", -12 * DAY, 16 * DAY, Purpose.ENTRIES),
            DemoPhase("Judging", 17 * DAY, 31 * DAY, Purpose.JUDGING),
            DemoPhase("Trials at twelve stops", 60 * DAY, 150 * DAY, Purpose.PILOT),
        ),
        hopes="That nobody stays at home because of the stop.",
        fears="Twelve fine stops in the centre, and four hundred as they are.",
        beneficiaries="48,000 passengers a day, and those who do not ride yet.",
        topics=("mobility", "public space", "accessibility"),
    ),
    rules=RULES.format(place="Lindenau", owner="The city", value="mean"),
    condition="Do you live, work or go to school in Lindenau?",
    form=FORM,
    prizes=(
        DemoPrize(1, "First prize, and a trial at six stops", Decimal(9000)),
        DemoPrize(2, "Second prize, and a trial at six stops", Decimal(4500)),
    ),
    entries=ENTRIES,
    entered_ago=3 * DAY,
)
