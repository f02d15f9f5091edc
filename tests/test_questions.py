"""The real questions keep their own rules: what they rest on, how they are worded, how many each person gets."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from assessor.bank import Item, Row, check, load
from assessor.paths import content

BANK = load(content("questions"))
STUDIES_OF_THE_TABLE = {
    "K1": {86},
    "K2": {92},
    "K3": {94, 99, 102},
    "C1": {99, 106, 109, 111},
    "K4": {109, 117, 119, 121, 122},
    "C2": {109, 117, 121, 122, 124},
    "K5": {129},
    "K6": {134},
    "C3": {130, 131, 133},
    "K7": {135, 137},
}
ROWS = tuple(row for row in BANK.rows if row.innovation)
CORE_LINES = tuple(row for row in BANK.rows if not row.innovation)
VIGNETTES = tuple(item for item in BANK.items if item.kind == "vignette")
RATED = tuple(item for item in BANK.items if item.kind != "vignette")
OBSERVATIONS = tuple(item for item in BANK.items if item.kind == "observation")
EVERYBODY = {"staff", "peer-worker", "manager", "service-user", "family"}

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.?!:;](?=\s|”|$)")
NEGATION = re.compile(r"\b(?:not|cannot|never|without|\w+n[’']t)\b", re.IGNORECASE)
TWO_IDEAS = re.compile(r"\b(?:and|or|and/or)\b", re.IGNORECASE)
JARGON = re.compile(
    r"recovery-oriented|person-cent|co-produc|empower|holistic|stakeholder|implement|\bclients?\b", re.IGNORECASE
)
WINDOW = re.compile(r"^In the last (?:four weeks|three months), ")

# Words that a quick reader could hunt for in the options, and by how much their share among the best options may differ
# from their share among the others.
CUES = {
    "done with somebody": re.compile(r"\bwith (?:him|her)\b"),
    "done for somebody": re.compile(r"\bfor (?:him|her)\b"),
    "a reason given": re.compile(r"\b(?:so that|so the|as|since|because)\b"),
    "a question left open": re.compile(r"\b(?:who|what|which|how)\b"),
    "the word ask": re.compile(r"\bask\b", re.IGNORECASE),
}
WIDEST = 0.3

# Reading grade after Flesch and Kincaid. The two words that every reader meets in the heading of the page count as two
# syllables. Phrases under six words are left out: there the formula measures one word, not the sentence.
GRADE = 8.0
SHORTEST = 6
FAMILIAR = {"recovery": 2, "relative": 2}
SILENT_E = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[aeiouy])e$")
SILENT_ED = re.compile(r"(?<=[^aeiouytd])ed$")
SILENT_ES = re.compile(r"(?<=[^aeiouysxzcghl])es$")


class Passage(NamedTuple):
    """A text that somebody reads, where it stands and what it is."""

    kind: str
    place: str
    text: str


def passages() -> Iterator[Passage]:
    for item in BANK.items:
        kind = "story" if item.kind == "vignette" else "statement"
        yield from (Passage(kind, f"{item.id} {who}", text) for who, text in item.text.items())
        yield Passage("why", item.id, item.why)
        yield from (Passage("option", f"{item.id} {option.code}", option.text) for option in item.option)
        yield from (Passage("rationale", f"{item.id} {option.code}", option.rationale) for option in item.option)
    for facet in BANK.facets:
        yield Passage("name", facet.id, facet.name)
        yield Passage("concern", facet.id, facet.concern)
        yield Passage("strength", facet.id, facet.strength)
        yield from (Passage("discuss", facet.id, question) for question in facet.discuss)
    yield from (Passage("action", action.id, action.text) for action in BANK.actions)
    yield from (Passage("finding", finding.id, finding.summary) for finding in BANK.findings)
    yield from (Passage("title", row.id, row.title) for row in BANK.rows)
    yield from (Passage("intro", row.id, row.intro) for row in BANK.rows)


PASSAGES = tuple(passages())


def of(*kinds: str) -> list[Passage]:
    """Choose passages; an empty choice would prove nothing."""
    chosen = [passage for passage in PASSAGES if passage.kind in kinds]
    assert {passage.kind for passage in chosen} == set(kinds)
    return chosen


def words(text: str) -> list[str]:
    return WORD.findall(text)


def syllables(word: str) -> int:
    if "-" in word:
        return sum(map(syllables, word.split("-")))
    word = re.sub(r"[’']s?$", "", word.lower())
    if word in FAMILIAR:
        return FAMILIAR[word]
    heard = SILENT_ES.sub("s", SILENT_ED.sub("d", SILENT_E.sub("", word)))
    apart = len(re.findall(r"i[ao](?!n)|iet|iu", heard.replace("cia", "ca")))
    return max(1, len(re.findall(r"[aeiouyé]+", heard)) + apart)


def grade(text: str) -> float:
    found = words(text)
    sentences = len(SENTENCE_END.findall(text)) or 1
    return 0.39 * len(found) / sentences + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def asked(innovation: str, perspective: str) -> int:
    return sum(len(BANK.page_items(row.id, perspective)) for row in BANK.asked_rows((innovation,)))


def ids(parts: tuple[Item, ...] | tuple[Row, ...]) -> list[str]:
    return [part.id for part in parts]


# What the bank holds


def test_the_bank_is_sound_and_has_its_questions() -> None:
    assert check(content("questions")) == ()
    assert 55 <= len(BANK.items) <= 60
    assert len(VIGNETTES) >= 10
    assert OBSERVATIONS


def test_ten_rows_and_two_core_lines() -> None:
    assert {row.id for row in ROWS} == set(STUDIES_OF_THE_TABLE)
    assert [row.theme for row in CORE_LINES] == ["knowledge", "characteristics"]


@pytest.mark.parametrize("theme", ["knowledge", "characteristics"])
def test_each_core_line_has_five_questions_for_everybody(theme: str) -> None:
    core = [item for item in BANK.items if item.core and BANK.row[item.row].theme == theme]

    assert len(core) == 5
    assert all(set(item.perspectives) == EVERYBODY for item in core)


# What it rests on


def test_the_findings_name_the_twenty_studies_of_the_table() -> None:
    named = {number for finding in BANK.findings for number in finding.references}

    assert len(named) == 20
    assert named == set().union(*STUDIES_OF_THE_TABLE.values())


@pytest.mark.parametrize("row", ids(ROWS))
def test_a_row_names_its_own_studies_and_all_of_them(row: str) -> None:
    named = {number for finding in BANK.findings if finding.row == row for number in finding.references}

    assert named == STUDIES_OF_THE_TABLE[row]


def test_every_finding_says_where_it_stands() -> None:
    for finding in BANK.findings:
        place = f"Table 6, {BANK.innovation[finding.innovation].name}, {BANK.theme[finding.theme].name}"
        assert finding.locator == place
        assert BANK.facet[finding.facet].row == finding.row


def test_every_finding_has_a_question() -> None:
    assert {finding for item in BANK.items for finding in item.findings} == set(BANK.finding)


@pytest.mark.parametrize("row", ids(ROWS))
def test_a_question_of_a_row_rests_on_a_finding_of_that_row(row: str) -> None:
    for item in BANK.items:
        if item.row == row:
            assert row in {BANK.finding[finding].row for finding in item.findings}, item.id


# What each row asks


@pytest.mark.parametrize("row", ids(BANK.rows))
def test_a_row_asks_in_both_directions(row: str) -> None:
    scored = [item for item in BANK.row_items(row) if item.kind != "confidence"]

    assert {"positive", "negative"} <= {item.polarity for item in scored}


@pytest.mark.parametrize("row", [row.id for row in ROWS if row.theme == "knowledge"])
def test_a_knowledge_row_has_a_vignette_and_at_most_one_question_on_confidence(row: str) -> None:
    kinds = Counter(item.kind for item in BANK.items if item.row == row)

    assert kinds["vignette"] >= 1
    assert kinds["confidence"] <= 1


def test_every_kind_has_its_scale() -> None:
    scale = {"misconception": "agree", "aligned": "agree", "observation": "often", "confidence": "sure"}

    assert {(item.kind, item.scale) for item in RATED} == set(scale.items())


@pytest.mark.parametrize("innovation", [innovation.id for innovation in BANK.innovations])
def test_one_innovation_takes_six_to_ten_minutes(innovation: str) -> None:
    for perspective in ("staff", "manager", "peer-worker"):
        assert 13 <= asked(innovation, perspective) <= 23, perspective
    for perspective in ("service-user", "family"):
        assert 10 <= asked(innovation, perspective) <= 23, perspective


@pytest.mark.parametrize("item", OBSERVATIONS, ids=ids(OBSERVATIONS))
def test_an_observation_has_one_time_window_for_all_and_words_for_each(item: Item) -> None:
    windows = {match[0] if (match := WINDOW.match(text)) else text for text in item.text.values()}

    assert len(windows) == 1
    assert WINDOW.match(windows.pop())
    assert set(item.text) == set(item.perspectives)


# Vignettes


@pytest.mark.parametrize("item", VIGNETTES, ids=ids(VIGNETTES))
def test_a_vignette_has_four_options_of_much_the_same_length(item: Item) -> None:
    lengths = [len(option.text) for option in item.option]

    assert [option.code for option in item.option] == ["a", "b", "c", "d"]
    assert sorted(option.credit for option in item.option) == [0, 0, 50, 100]
    assert max(lengths) <= 1.3 * min(lengths)
    assert max(len(words(option.text)) for option in item.option) <= 25


@pytest.mark.parametrize("item", VIGNETTES, ids=ids(VIGNETTES))
def test_a_vignette_is_short_and_ends_in_what_should_be_done(item: Item) -> None:
    text = item.text["all"]

    assert 40 <= len(words(text)) <= 75
    assert re.search(r"\. What should the [a-z ]+ do first\?$", text)


def test_neither_place_nor_length_nor_first_word_gives_the_best_option_away() -> None:
    best = [max(item.option, key=lambda option: option.credit) for item in VIGNETTES]
    longest = [max(item.option, key=lambda option: len(option.text)) for item in VIGNETTES]
    places = Counter(option.code for option in best)

    assert set(places) == set("abcd")
    assert max(places.values()) <= len(VIGNETTES) // 2
    assert sum(one is other for one, other in zip(best, longest, strict=True)) <= len(VIGNETTES) // 4
    assert max(Counter(option.text.split()[0] for option in best).values()) <= 2


@pytest.mark.parametrize("cue", CUES)
def test_no_cue_word_gives_the_best_option_away(cue: str) -> None:
    best = [option for item in VIGNETTES for option in item.option if option.credit == 100]
    others = [option for item in VIGNETTES for option in item.option if option.credit < 100]
    among_best, among_others = (
        sum(bool(CUES[cue].search(option.text)) for option in options) / len(options) for options in (best, others)
    )

    assert among_best + among_others > 0
    assert abs(among_best - among_others) <= WIDEST


# How it is worded


def test_a_statement_is_short_and_says_one_thing_plainly() -> None:
    for _, place, text in of("statement"):
        assert len(words(text)) <= 20, place
        assert not NEGATION.search(text), place
        assert not TWO_IDEAS.search(text), place
        assert text.endswith("."), place


def test_stories_and_options_are_told_in_the_positive() -> None:
    for _, place, text in of("story", "option"):
        assert not NEGATION.search(text), place


def test_no_text_needs_a_dictionary_or_carries_a_number_or_a_name() -> None:
    for _, place, text in PASSAGES:
        assert not JARGON.search(text), place
        assert not re.search(r"\d|et al|Piat", text), place


def test_texts_use_typographic_apostrophes_and_no_stray_spaces() -> None:
    for _, place, text in PASSAGES:
        assert "'" not in text, place
        assert text == " ".join(text.split()), place


def test_why_we_ask_is_one_sentence() -> None:
    for _, place, text in of("why"):
        assert text.endswith("."), place
        assert len(re.findall(r"[.!?](?=\s|$)", text)) == 1, place


def test_the_reading_grade_knows_easy_from_hard() -> None:
    assert syllables("people") == syllables("taken") == syllables("table") == 2
    assert syllables("asked") == syllables("name") == syllables("times") == syllables("blue") == 1
    assert grade("The cat sat on the mat and it was warm there.") < 2
    assert grade("Organisational transformation necessitates considerable interdisciplinary collaboration.") > 16


@pytest.mark.parametrize("kind", ["statement", "story", "option", "why", "concern", "strength", "discuss", "action"])
def test_eight_years_of_school_are_enough_to_read_it(kind: str) -> None:
    hard = [
        (round(grade(text), 1), place, text)
        for _, place, text in of(kind)
        if len(words(text)) >= SHORTEST and grade(text) > GRADE
    ]

    assert hard == []


def test_titles_fit_their_places() -> None:
    for _, place, text in of("name", "title"):
        assert len(text) <= 45, place
    for _, place, text in of("concern", "strength"):
        assert len(text) <= 70, place
        assert not text.endswith("."), place


# What a team can do with it


def test_every_facet_has_two_questions_for_the_team() -> None:
    for facet in BANK.facets:
        assert len(facet.discuss) == 2, facet.id
        assert all(question.endswith("?") for question in facet.discuss), facet.id


def test_every_facet_has_two_or_three_actions_and_at_most_a_third_of_all_is_training() -> None:
    actions = Counter(action.facet for action in BANK.actions)

    assert {facet: actions[facet] for facet in BANK.facet if actions[facet] not in {2, 3}} == {}
    assert 0 < sum(action.training for action in BANK.actions) <= len(BANK.actions) / 3


def test_an_action_begins_with_a_verb_in_the_imperative() -> None:
    for _, place, text in of("action"):
        assert not re.match(r"(?:The|A|An|We|Staff|People|Each|All|Every)\b|(?!Bring)\w+ing\b", text), place
