r"""Search in every language

Until now every text was searched as if it were English. The functions here say what a word is, for
texts and for what somebody types into a search: without accents, capitals, and other ways to write
the same letters; whole, and in its parts where a sign stands within it. In addition a text has the
stems of its words, in the language that its most frequent words show.

Both tables are written anew, once each: about 2 ms for an idea of 600 characters, so that 100,000
ideas take some four minutes, in which nobody can read or write them.
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

# What divides words: signs in ASCII, and those of Unicode that stand between words. Written as
# ranges, as what a database takes for a letter depends on its locale.
SIGNS = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb"
    r"\u00bf\u00d7\u00f7\u02c2-\u02df\u055a-\u055f\u0589-\u058a\u05be\u05f3-\u05f4\u060c\u061b"
    r"\u061f\u066a-\u066d\u06d4\u0964-\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f"
    r"\u3000-\u3004\u3008-\u3020\u3030\ufe30-\ufe6f"
)
# What is not seen, and the marks of vowels that Arabic and Hebrew can leave out.
UNSEEN = (
    r"\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
)
# Chinese and Japanese put no space between words: each of their signs is searched as a word.
WITHOUT_SPACES = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Frequent words by language, without accents. Languages that PostgreSQL has no stemmer for are
# 'simple': so that they are not taken for others.
FREQUENT = {
    "danish": "og at det som en et for er med pa af til ikke den vi der har blive flere",
    "dutch": "de het een en van voor met is niet op te dat die zijn aan ook wij onze meer naar",
    "english": "the of and to is are for with that this it be on from have our by they should more "
    "in a would not at we can as",
    "finnish": "ja on ei se etta kuin myos ovat olla tai joka lisaa mutta ole",
    "french": "le la les de des et est pour dans une un que qui sur pas avec du au aux nous plus "
    "ce par en il",
    "german": "der die das und ist nicht ein eine einen fur mit auf den dem des im von zu wir sich "
    "sind werden auch oder mehr unsere in es",
    "hungarian": "a az es hogy nem egy van is meg legyen mert vagy tobb",
    "italian": "il lo la gli le di e che per con una un non del della dei nel sono piu alla in i",
    "norwegian": "og at det som en et for er med pa av til ikke den vi der har flere",
    "portuguese": "o os as do da dos das de e que em para por com uma um nao no na mais ao nossa a",
    "romanian": "si de la in cu pe nu care sa din este pentru un o mai sunt",
    "spanish": "el la los las de y que en para por con una un es se del al mas nuestra son como "
    "lo no",
    "swedish": "och att det som en ett for ar med pa av till inte den vi har fler",
    "turkish": "ve bir bu icin da de ile cok daha olarak olan",
    "simple": "i w na z do nie sie jest ze dla to oraz a v se je pro jsou aby by",
}
# The languages of each of these words. Looked up word by word: to join the words of a text with a
# list of them takes twice as long.
LANGUAGES = json.dumps(
    {
        word: [name for name, some in FREQUENT.items() if word in some.split()]
        for words in FREQUENT.values()
        for word in words.split()
    }
)
# The languages whose stemmers a single word is asked of: nobody can tell its language. A stem of
# one or two letters is mostly a word of another language.
STEMMED = " ".join(
    [
        *(name for name in FREQUENT if name != "simple"),
        *["arabic", "greek", "hindi", "russian", "serbian"],
    ]
)
FUNCTIONS = (
    rf"""
    create function search_plain(typed text) returns text
    language sql immutable strict parallel safe
    begin atomic
        select case
            -- Only ASCII, as most English is: there is nothing else to be done.
            when octet_length(typed) = length(typed)
            then lower(replace(replace(replace(replace(replace(
                typed, U&'\0009', ' '), U&'\000A', ' '), U&'\000B', ' '), U&'\000C', ' '),
                U&'\000D', ' '))
            else regexp_replace(
                translate(
                    lower(unaccent('unaccent'::regdictionary, normalize(typed, nfkc))),
                    U&'\03C2\0009\000A\000B\000C\000D\0085\2028\2029', U&'\03C3        '),
                '[{UNSEEN}]', '', 'g')
        end;
    end
    """,
    rf"""
    create function search_spaced(plain text) returns text
    language sql immutable strict parallel safe
    begin atomic
        select btrim(regexp_replace(
            regexp_replace(plain, '([{WITHOUT_SPACES}])', ' \1 ', 'g'), '[{SIGNS}]+', ' ', 'g'));
    end
    """,
    rf"""
    create function search_words(plain text) returns tsvector
    language sql immutable strict parallel safe
    begin atomic
        select coalesce(string_agg('''' || word || ''':' || place, ' '), '')::tsvector
        from (
            select word, place
            from unnest(string_to_array(search_spaced(plain), ' ')) with ordinality
                as part (word, place)
            union all
            select regexp_replace(chunk, '[{SIGNS}]+', '', 'g'), place
            from unnest(string_to_array(plain, ' ')) with ordinality as whole (chunk, place)
            where chunk ~ '[^{SIGNS}][{SIGNS}]+[^{SIGNS}]' and octet_length(chunk) < 200
        ) as found
        where word <> '' and octet_length(word) < 400;
    end
    """,  # noqa: S608  a constant of ours
    rf"""
    create function search_language(plain text) returns text
    language sql immutable strict parallel safe
    begin atomic
        select coalesce(
            case
                when octet_length(plain) = length(plain) then null
                when plain ~ '[іїєґ]' then 'simple'
                when plain ~ '[ђјљњћџ]' then 'serbian'
                when plain ~ '[а-я]' then 'russian'
                when plain ~ '[α-ω]' then 'greek'
                when plain ~ '[پچژگ]' then 'simple'
                when plain ~ '[ء-ي]' then 'arabic'
                when plain ~ '[ऀ-ॿ]' then 'hindi'
            end,
            (
                select frequent.language
                from unnest(string_to_array(search_spaced(left(plain, 1500)), ' ')) as typed (word)
                cross join jsonb_array_elements_text('{LANGUAGES}'::jsonb -> typed.word)
                    as frequent (language)
                group by frequent.language
                order by count(*) desc, count(distinct typed.word) desc, frequent.language
                limit 1
            ),
            'simple');
    end
    """,  # noqa: S608  a constant of ours
    r"""
    create function search_stems(typed text) returns tsvector
    language sql immutable strict parallel safe
    begin atomic
        select unaccent('unaccent'::regdictionary, strip(to_tsvector(
            search_language(search_plain(left(typed, 1500)))::regconfig,
            search_spaced(lower(normalize(typed, nfkc)))))::text)::tsvector;
    end
    """,
    r"""
    create function search_vector(title text, more text[], body text) returns tsvector
    language sql immutable strict parallel safe
    begin atomic
        select setweight(search_words(search_plain(title)), 'A')
            || setweight(search_words(search_plain(array_to_string(more, ' '))), 'B')
            || setweight(search_words(search_plain(body)), 'C')
            || search_stems(title || ' ' || body || ' ' || array_to_string(more, ' '));
    end
    """,
    rf"""
    create function search_terms(typed text[])
    returns table (place bigint, word text, stems text[], frequent boolean)
    language sql stable strict parallel safe
    begin atomic
        select piece.place, part.word,
            array(
                select distinct unaccent('unaccent'::regdictionary, stem)
                from unnest(string_to_array('{STEMMED}', ' ')) as each (language),
                    unnest(ts_lexize((each.language || '_stem')::regdictionary, written.word))
                        as found (stem)
                where length(stem) > 2
            ),
            its.language <> 'simple' and coalesce(ts_lexize(
                (replace(its.language, 'simple', 'english') || '_stem')::regdictionary,
                written.word) = '{{}}', false)
        from unnest(typed) with ordinality as piece (chunk, place)
        cross join search_language(search_plain(array_to_string(typed, ' '))) as its (language)
        cross join unnest(string_to_array(search_spaced(search_plain(piece.chunk)), ' '))
            with ordinality as part (word, number)
        left join unnest(string_to_array(search_spaced(lower(normalize(piece.chunk, nfkc))), ' '))
            with ordinality as written (word, number) on written.number = part.number
        order by piece.place, part.number;
    end
    """,  # noqa: S608  a constant of ours
)
OF_IDEA = "search_vector((title)::text, tags, ((body || ' '::text) || why))"
OF_CAMPAIGN = (
    "search_vector((((title)::text || ' '::text) || (question)::text), "
    "array_append((topics)::text[], (tagline)::text), description)"
)
OF_PERSON = "search_plain((((name)::text || ' '::text) || COALESCE((email)::text, ''::text)))"
ENGLISH_OF_IDEA = (
    "setweight(to_tsvector('english', title), 'A') || setweight(array_to_tsvector(tags), 'B') || "
    "setweight(to_tsvector('english', body || ' ' || why), 'C')"
)
ENGLISH_OF_CAMPAIGN = (
    "setweight(to_tsvector('english', title || ' ' || question), 'A') || "
    "setweight(to_tsvector('english', tagline), 'B') || "
    "setweight(to_tsvector('english', description), 'C')"
)


def _computed(name: str, by: str, type_: object = postgresql.TSVECTOR) -> sa.Column[object]:
    computed = sa.Computed(by, persisted=True)
    return sa.Column(name, type_, computed, nullable=False)  # type: ignore[arg-type]


# In one statement: each of its own would write the table and all of its indexes anew.
IDEAS = f"""
    alter table idea
        drop column searched,
        add column searched tsvector generated always as ({OF_IDEA}) stored not null,
        add column title_words tsvector
            generated always as (search_stems((title)::text)) stored not null,
        add column title_plain text generated always as (search_plain((title)::text)) stored not null
"""


def upgrade() -> None:
    connection = op.get_bind()
    for function in FUNCTIONS:
        connection.exec_driver_sql(function)
    op.drop_index("ix_idea_title_trigrams", "idea")
    op.drop_index("ix_idea_title_words", "idea")
    op.drop_index("ix_idea_same_words", "idea")
    # Its index goes with the column.
    connection.exec_driver_sql(IDEAS)
    _index_ideas()
    op.drop_column("campaign", "searched")
    op.add_column("campaign", _computed("searched", OF_CAMPAIGN))
    op.create_index("ix_campaign_searched", "campaign", ["searched"], postgresql_using="gin")
    op.add_column("person", _computed("searched", OF_PERSON, sa.Text()))
    trigrams = {"searched": "gin_trgm_ops"}
    op.create_index(
        "ix_person_searched",
        "person",
        ["searched"],
        postgresql_using="gin",
        postgresql_ops=trigrams,
    )


def _index_ideas() -> None:
    # With fastupdate every search would read a list of pending entries, and every vote adds to
    # that list, as it writes the row again.
    op.create_index(
        "ix_idea_title_words",
        "idea",
        ["title_words"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_idea_same_words", "idea", ["title_words"])
    op.create_index("ix_idea_searched", "idea", ["searched"], postgresql_using="gin")
    op.create_index(
        "ix_idea_title_trigrams",
        "idea",
        ["title_plain"],
        postgresql_using="gin",
        postgresql_ops={"title_plain": "gin_trgm_ops"},
    )


def downgrade() -> None:
    op.drop_column("person", "searched")
    op.drop_column("campaign", "searched")
    op.add_column("campaign", _computed("searched", ENGLISH_OF_CAMPAIGN))
    op.create_index("ix_campaign_searched", "campaign", ["searched"], postgresql_using="gin")
    for column in ("title_plain", "title_words", "searched"):
        op.drop_column("idea", column)
    op.add_column("idea", _computed("searched", ENGLISH_OF_IDEA))
    op.create_index("ix_idea_searched", "idea", ["searched"], postgresql_using="gin")
    op.create_index(
        "ix_idea_title_trigrams",
        "idea",
        ["title"],
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_idea_title_words",
        "idea",
        [sa.text("to_tsvector('english', title)")],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_idea_same_words", "idea", [sa.text("strip(to_tsvector('english', title))")])
    connection = op.get_bind()
    for name in (
        "terms(text[])",
        "vector(text, text[], text)",
        "stems(text)",
        "language(text)",
        "words(text)",
    ):
        connection.exec_driver_sql(f"drop function search_{name}")
    for name in ("spaced", "plain"):
        connection.exec_driver_sql(f"drop function search_{name}(text)")
