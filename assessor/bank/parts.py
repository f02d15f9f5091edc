"""What a file of a bank may hold, as frozen values; pydantic refuses everything else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=1200)]
Kind = Literal["misconception", "aligned", "vignette", "observation", "confidence"]
Polarity = Literal["positive", "negative"]

DONT_KNOW = "dk"
NOT_APPLICABLE = "na"
TESTED: tuple[Kind, ...] = ("misconception", "aligned", "vignette")
OBSERVED: tuple[Kind, ...] = ("observation",)


class Part(BaseModel):
    """One table of a bank file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)  # scoring loads no bank file


class Source(Part):
    """The published table that the bank rests on."""

    table: Text = Field(description="Name of the table in the article, such as “Table 6”.")
    citation: Text = Field(description="The article as it is cited.")
    doi: Text = Field(description="The article's DOI, without an address before it.")
    limits: Text | None = Field(default=None, description="A sentence for the report: what of the source is not asked.")


class Wording(Part):
    """Labels of the two answers that stand outside every scale."""

    dont_know: Text = Field(description="Label of the answer `dk`.")
    not_applicable: Text = Field(description="Label of the answer `na`.")


class Perspective(Part):
    """Who answers."""

    id: Id = Field(description="Written by hand, never reused.")
    name: Text = Field(description="As it stands on pages: “Staff”.")
    pool: Text | None = Field(
        default=None,
        description="Name of the group it is put into where too few answered; perspectives of one name are one group. "
        "A result that was seen keeps its groups: where a change would make others of it, give the bank a new edition.",
    )


class Theme(Part):
    """One of the themes that the rows fall under."""

    id: Id = Field(description="Written by hand, never reused.")
    name: Text = Field(description="The theme as the source names it.")
    title: Text = Field(description="The theme in plain words, as a heading.")


class Innovation(Part):
    """One group of innovations of the source."""

    id: Id = Field(description="Written by hand, never reused.")
    name: Text = Field(description="The group as the source names it.")
    description: Text = Field(description="One line that says what belongs to it.")
    studies: int = Field(ge=0, description="How many studies of this group the review covers.")


class Row(Part):
    """One cell of the source table, or (without an innovation) one core line that is offered to everybody."""

    id: Id = Field(description="Written by hand, never reused.")
    innovation: Id | None = Field(default=None, description="Its innovation; left out for a core line.")
    theme: Id = Field(description="Its theme.")
    title: Text = Field(description="Short name for bars and headings.")
    intro: Text = Field(description="What stands over its questions.")
    bridge: Text | None = Field(
        default=None, description="For the report: why findings on one thing are set beside questions on another."
    )


class Facet(Part):
    """The sub-construct that items measure and that people talk about."""

    id: Id = Field(description="Written by hand, never reused.")
    row: Id = Field(description="The row it belongs to.")
    name: Text = Field(description="What is measured, in a few words.")
    concern: Text = Field(description="A sentence a person would say when it is weak.")
    strength: Text = Field(description="A sentence a person would say when it is in place.")
    discuss: tuple[Text, ...] = Field(default=(), description="Questions for the team.")


class Scale(Part):
    """The labelled points of a rating scale, from low to high; answers are stored as 1, 2, ..."""

    id: Id = Field(description="Written by hand, never reused.")
    labels: tuple[Text, ...] = Field(min_length=2, max_length=11, description="One label per point, 2 to 11 of them.")


class Band(Part):
    """A stretch of 0-100, given by where it starts."""

    id: Id = Field(description="Written by hand, never reused.")
    start: int = Field(ge=0, lt=100, description="Lowest score of the band; the first band starts at 0.")
    name: Text = Field(description="What the band says.")


class Option(Part):
    """One way to act in a vignette."""

    code: Annotated[str, Field(pattern=r"^[a-z]$")] = Field(description="The letter that is stored.")
    text: Text = Field(description="The way to act, as it is offered.")
    credit: int = Field(ge=0, le=100, description="Alignment of this choice, 0 to 100.")
    rationale: Text = Field(description="One line for the report that says why.")


class Item(Part):
    """One question."""

    id: Id = Field(description="Written by hand, never reused.")
    revision: int = Field(default=1, ge=1, description="Raised when a change of wording changes the meaning.")
    kind: Kind = Field(description="misconception, aligned, vignette, observation or confidence.")
    row: Id = Field(description="The row it is scored in.")
    facet: Id = Field(description="The facet it measures.")
    core: bool = Field(default=False, description="true: asked of everybody, whatever innovation is planned.")
    polarity: Polarity | None = Field(
        default=None, description="positive: a high answer is in line; negative: a low one is. Left out for a vignette."
    )
    scale: Id | None = Field(default=None, description="The scale; left out for a vignette.")
    findings: tuple[Id, ...] = Field(min_length=1, description="The findings it rests on.")
    perspectives: tuple[Id, ...] = Field(min_length=1, description="Who is asked.")
    not_applicable: bool = Field(default=False, description="true: “does not apply” is offered.")
    text: dict[Id, Text] = Field(
        description="The wording per perspective; `all` serves everybody who has no wording of their own."
    )
    why: Text = Field(description="One sentence under “Why we ask”.")
    option: tuple[Option, ...] = Field(default=(), description="The ways to act in a vignette.")

    def wording(self, perspective: str) -> str:
        """Return the text as this perspective reads it."""
        return self.text.get(perspective) or self.text.get("all") or next(iter(self.text.values()))


class Action(Part):
    """Something a service can do about a facet: a suggestion, never a prescription."""

    id: Id = Field(description="Written by hand, never reused.")
    facet: Id = Field(description="The facet it serves.")
    text: Text = Field(description="The action, verb first.")
    training: bool = Field(default=False, description="true: it is training.")


class Finding(Part):
    """One statement of the source table with its own bracketed references."""

    id: Id = Field(description="Written by hand, never reused.")
    row: Id = Field(description="The row it stands in.")
    innovation: Id = Field(description="The row's innovation.")
    theme: Id = Field(description="The row's theme.")
    facet: Id = Field(description="The facet it speaks of.")
    summary: Text = Field(description="The statement in our own words.")
    direction: Literal["helps", "hinders"] = Field(description="Whether it helped or hindered.")
    references: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        min_length=1, description="The bracketed numbers, with spaces between them."
    )
    locator: Text = Field(description="Where it stands: table, innovation, theme.")

    @property
    def citation(self) -> str:
        """Return the locator with the bracketed reference numbers."""
        return f"{self.locator} [{', '.join(map(str, self.references))}]"


class Document(Part):
    """What one file of a bank may hold; a small bank may keep everything in one file."""

    id: Id | None = Field(default=None, description="Name of the bank, once.")
    edition: Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]{1,20}$")] | None = Field(
        default=None, description="Edition, such as 2026.1, once."
    )
    title: Text | None = Field(default=None, description="Title on pages and reports, once.")
    subject: Text | None = Field(default=None, description="What the bank is about, in a word or two, once.")
    retired: tuple[Id, ...] = Field(
        default=(), description="Item ids that were used once and must never be used again."
    )
    source: Source | None = Field(default=None, description="The published table, once.")
    answers: Wording | None = Field(default=None, description="Labels of “don't know” and “does not apply”, once.")
    perspective: tuple[Perspective, ...] = Field(default=(), description="Who may answer.")
    theme: tuple[Theme, ...] = Field(default=(), description="The themes.")
    innovation: tuple[Innovation, ...] = Field(default=(), description="The innovations.")
    row: tuple[Row, ...] = Field(default=(), description="The rows, in the order of the pages.")
    facet: tuple[Facet, ...] = Field(default=(), description="The facets.")
    scale: tuple[Scale, ...] = Field(default=(), description="The scales.")
    band: tuple[Band, ...] = Field(default=(), description="The bands.")
    item: tuple[Item, ...] = Field(default=(), description="The questions, in the order in which they are asked.")
    action: tuple[Action, ...] = Field(default=(), description="The suggestions.")
