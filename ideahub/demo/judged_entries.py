"""What was entered in the demo's judged challenges, and what the judges gave."""

from decimal import Decimal

from ideahub.demo.shapes_judged import DemoAppeal, DemoEntry, DemoScore

MARKET_ENTRIES = (
    DemoEntry(
        "The crate that comes back",
        {
            "summary": "Traders share 600 folding crates with a deposit; no cardboard is left at noon.",
            "how": "Each trader takes as many crates as they need in the morning and brings them back empty. A tag "
            "on each counts the deposit. Two students with a cargo bike wash them overnight at the depot.",
            "proof": "The Saturday market of Ostheim tried it for eight weeks: 71 % less cardboard, 9 crates lost of 200.",
            "cost": "18400",
            "where": "One district",
            "self": "Three students of geography. We carry crates at the market on Saturdays.",
        },
        captain="farid",
        team_name="Saturday crates",
        others=2,
        scores={
            "kofi": (
                DemoScore("8", "Solves the largest part of the waste at its root."),
                DemoScore("4", "The depot must agree first."),
                DemoScore("7"),
                DemoScore("1"),
            ),
        },
    ),
    DemoEntry(
        "Half past twelve: everything for the soup",
        {
            "summary": "What is not sold by half past twelve is cooked in the square and given away.",
            "how": "A kitchen on a trailer, two cooks of the social kitchen, and a bell. Traders put what they will not "
            "take home into a crate with a green ribbon. Whoever wants eats; a hat goes round.",
            "proof": "My hospital does it with its canteen each Friday, since 2023. 40 portions on average.",
            "cost": "26000",
            "where": "One place",
            "self": "A nurse, with two neighbours who cook better than I do.",
        },
        captain="deniz",
        team_name="Soup at half past twelve",
        others=2,
        scores={
            "kofi": (
                DemoScore("6", "Warm, and the square gains by it."),
                DemoScore("5", "Could begin next week."),
                DemoScore("9", "Nobody has to ask for help."),
                DemoScore("1"),
            ),
            "mira": (
                DemoScore("7"),
                DemoScore("4", "The food office has to be asked early."),
                DemoScore("8"),
                DemoScore("1"),
            ),
        },
    ),
    DemoEntry(
        "A school class weighs the market",
        {
            "summary": "Pupils weigh each trader's waste for a month, and the stall that throws away least gets the corner place.",
            "how": "Class 7b comes each Wednesday with scales. The figures hang at the fountain. After a month the traders "
            "choose their places in the order of what they threw away.",
            "proof": "",
            "cost": "900",
            "where": "One place",
            "self": "Class 7b of the Linden School, with their social worker.",
        },
        captain="clara",
        team_name="7b",
        others=3,
        scores={
            "elena": (
                DemoScore("5", "A mirror helps, but no more than that."),
                DemoScore("4"),
                DemoScore("6"),
                DemoScore("0", "I know of no trial."),
            ),
        },
    ),
    DemoEntry(
        "Paper that grows",
        {
            "summary": "Wrapping paper with seeds in it, which people plant and do not throw away.",
            "how": "The city buys the paper for all traders; it costs 2 cents more a sheet.",
            "proof": "Shops in three towns sell it.",
            "cost": "31000",
            "where": "Everywhere",
            "self": "A bookbinder.",
        },
    ),
    DemoEntry(
        "One stall for everything that is left",
        {
            "summary": "At one o'clock one stall takes over all that is left and sells it until six at a third of the price.",
            "how": "Traders sell their rest by weight to a cooperative, which has a cooled stall by the tram stop. So people "
            "who work in the morning get to the market, too.",
            "proof": "The cooperative in Nordheim has lived on it for four years; its books are public.",
            "cost": "22000",
            "where": "One district",
            "self": "Founder of a cooperative, five members so far.",
        },
        team_name="The rest",
        others=4,
        scores={
            "elena": (
                DemoScore("9"),
                DemoScore("3", "Needs a place with power, which is not easy there."),
                DemoScore("9", "For all who work when the market is open."),
                DemoScore("1"),
            ),
            "mira": (
                DemoScore("8", "The strongest case, with real figures."),
                DemoScore("4"),
                DemoScore("8"),
                DemoScore("1"),
            ),
        },
    ),
    DemoEntry(
        "Compost where the fountain was",
        {
            "summary": "A glass composter in the middle of the square, which everyone passes.",
            "how": "Greens go in at the top, earth comes out at the bottom, and the allotments fetch it on Fridays.",
            "proof": "",
            "cost": "44000",
            "where": "One place",
            "self": "A gardener.",
        },
    ),
)

LETTER_ENTRIES = (
    DemoEntry(
        "Read it aloud before you send it",
        {
            "summary": "No letter is sent to more than a hundred people before five of them have had it read aloud.",
            "how": "A room at each office, Tuesdays from four. Five people from the waiting area, 20 euros each. Where two of "
            "them stop, the sentence is written anew.",
            "proof": "The pension office of Westheim did so with 14 letters. Calls about them fell by 38 %.",
            "cost": "62000",
            "where": "Everywhere",
            "self": "A speech therapist and a former clerk.",
        },
        team_name="Aloud",
        others=2,
        scores={
            "kofi": (
                DemoScore("9", "It changes who decides what is clear."),
                DemoScore("5"),
                DemoScore("9", "Those who read least are asked first."),
                DemoScore("1"),
            ),
            "lena": (
                DemoScore("9"),
                DemoScore("4", "Rooms are the only hurdle."),
                DemoScore("8"),
                DemoScore("1"),
            ),
            "elena": (
                DemoScore("8", "I would have wished for this for forty years."),
                DemoScore("5"),
                DemoScore("10"),
                DemoScore("1"),
            ),
        },
    ),
    DemoEntry(
        "The first line says what to do",
        {
            "summary": "Each letter begins with one line: what you have to do, by when, and what happens if not.",
            "how": "A field above the salutation that no template may leave empty. The law stays in the annex.",
            "proof": "In two districts of the capital, replies came nine days earlier.",
            "cost": "15000",
            "where": "Everywhere",
            "self": "A student whose grandmother brings him her letters.",
        },
        captain="farid",
        scores={
            "kofi": (
                DemoScore("8", "Small and everywhere."),
                DemoScore("5", "Could be done tomorrow."),
                DemoScore("7"),
                DemoScore("1"),
            ),
            "lena": (
                DemoScore("8"),
                DemoScore("5"),
                DemoScore("7", "It helps only those who can read German."),
                DemoScore("1"),
            ),
            "elena": (DemoScore("7"), DemoScore("5"), DemoScore("8"), DemoScore("1")),
        },
    ),
    DemoEntry(
        "A telephone number that knows the letter",
        {
            "summary": "A code on each letter; whoever calls with it reaches the person who wrote it.",
            "how": "The code is printed by the system that prints the letters. The switchboard reads it and puts you through.",
            "proof": "Insurers do so.",
            "cost": "180000",
            "where": "Everywhere",
            "self": "A telephonist.",
        },
        scores={
            "kofi": (
                DemoScore("7"),
                DemoScore("2", "The switchboards are twenty years old."),
                DemoScore("8"),
                DemoScore("1"),
            ),
            "lena": (
                DemoScore("8", "People want a person, not a text."),
                DemoScore("3"),
                DemoScore("8"),
                DemoScore("1"),
            ),
            "elena": (
                DemoScore("8"),
                DemoScore("2", "Who takes the calls?"),
                DemoScore("9"),
                DemoScore("0", "Insurers are not offices."),
            ),
        },
        appeal=DemoAppeal(
            "The third judge answered “Has been tried” with no. The tax office of Osthafen has had it since 2024; "
            "we named it in our second paragraph.",
            "It is named there, and the office confirms it. The answer is corrected to yes.",
            judge="elena",
            criterion="Has been tried",
            value=Decimal(1),
        ),
    ),
    DemoEntry(
        "Letters in pictures",
        {
            "summary": "The twelve most frequent letters as one page of pictures.",
            "how": "Drawn by people who draw instructions for furniture, tried at the counter.",
            "proof": "Our ward does so for the day of an operation. Nobody comes with breakfast in their stomach any more.",
            "cost": "38000",
            "where": "One district",
            "self": "A nurse.",
        },
        captain="deniz",
        scores={
            "kofi": (
                DemoScore("6", "Good for steps, less for reasons."),
                DemoScore("4"),
                DemoScore("9"),
                DemoScore("1"),
            ),
            "lena": (
                DemoScore("7"),
                DemoScore("4"),
                DemoScore("9", "In every language at once."),
                DemoScore("1"),
            ),
            "elena": (
                DemoScore("6"),
                DemoScore("3", "Twelve letters are many laws."),
                DemoScore("8"),
                DemoScore("1"),
            ),
        },
    ),
    DemoEntry(
        "A machine that translates officialese",
        {
            "summary": "A website into which one copies a letter and gets it back in plain words.",
            "how": "A language model of the ministry, which keeps nothing.",
            "proof": "",
            "cost": "240000",
            "where": "Everywhere",
            "self": "A developer.",
        },
        scores={
            "kofi": (
                DemoScore("5", "It mends the letter after it was sent."),
                DemoScore("3"),
                DemoScore("4", "Who has no smartphone gets nothing."),
                DemoScore("0"),
            ),
            "lena": (
                DemoScore("6"),
                DemoScore("3"),
                DemoScore("5"),
                DemoScore("0", "What if it is wrong?"),
            ),
            "elena": (
                DemoScore("4", "The letter itself should be clear."),
                DemoScore("2"),
                DemoScore("3"),
                DemoScore("0"),
            ),
        },
    ),
)
