"""How one column is mapped: where its text comes from, how it is written, what it becomes.

Frozen models that forbid every other key; files, rows and exports are `ingest.mapping`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

FORMATS = (
    "text",
    "salesforce_id",
    "web_domain",
    "duns",
    "boolean",
    "iso",
    "iso_timestamp",
    "iso_unpadded",
    "epoch_s",
    "epoch_ms",
    "decimal",
    "cents",
    "percent",
    "integer",
    "week_time",
)


class Model(BaseModel):
    """Frozen; a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RegexGroup(Model):
    """A part of the text."""

    pattern: str = Field(description="Regular expression (RE2) that must match somewhere in the text.")
    group: int = Field(1, ge=0, description="Which group is taken; 0 is the whole match.")
    unmatched: Literal["reject", "empty"] = Field("reject", description="What a text without a match becomes.")

    @model_validator(mode="after")
    def _compiles(self) -> RegexGroup:
        try:
            groups = re.compile(self.pattern).groups
        except re.error as error:
            raise ValueError(f"the pattern is not a regular expression: {error}") from error
        if groups < self.group:
            raise ValueError(f"the pattern has {groups} group(s), so group {self.group} does not exist")
        return self


class Numbering(Model):
    """Numbers 1, 2, 3 of the rows that agree in some columns. Rows of the same moment get the same number."""

    within: tuple[str, ...] = Field(min_length=1, description="Canonical columns in which the rows agree.")
    order_by: str = Field(description="Canonical column that orders them; a row without it cannot be numbered.")


class Duration(Model):
    """How long after the column's own time the thing happened."""

    from_: str = Field(alias="from", description="Header of the duration; where it is empty, so is the column.")
    unit: Literal["since_1970", "minutes", "seconds", "milliseconds"] = Field(
        description="How it is written: a date-time counted from 1970-01-01 00:00:00, or a number of units."
    )


class ColumnMapping(Model):
    """Where a column's value comes from and how it is written. Applied in this order: source, sentinels,
    regex, lookup, prefix, format, plus_days or plus_duration."""

    from_: str | None = Field(None, alias="from", description="Header of the source column.")
    first_of: tuple[str, ...] = Field((), description="Headers; the first that has a value counts.")
    given: dict[str, str] = Field(
        {}, description="Header of first_of to the text that the column takes where that header counts."
    )
    fixed: str | None = Field(None, description="The same text for every row.")
    number: Numbering | None = Field(
        None, description="The row's number among others; needs mode snapshot, as only the whole file can tell."
    )
    optional: bool = Field(False, description="The header may be missing; the column is empty then.")
    sentinels: tuple[str, ...] = Field((), description="Texts that mean `no value`.")
    regex: RegexGroup | None = Field(None, description="Take a part of the text.")
    lookup: dict[str, str] | None = Field(None, description="Label table: source text to canonical text.")
    otherwise: str | None = Field(
        None,
        description="Text for what the table does not have; without it such a row is rejected. '' is empty.",
    )
    keep_others: bool = Field(False, description="What the table does not have stays as it is.")
    prefix: str = Field("", description="Text put before the value, so that ids of two files never meet.")
    format: str | None = Field(
        None,
        description=f"How the text is written: {', '.join(FORMATS)}, or a strptime pattern such as %d/%m/%Y.",
    )
    zone: str | None = Field(None, description="IANA zone of times that carry none.")
    thousands: str = Field("", max_length=1, description="Thousands separator of numbers.")
    decimal: str = Field(".", min_length=1, max_length=1, description="Decimal mark of numbers.")
    plus_days: int | None = Field(None, description="Days added to the date.")
    plus_days_from: str | None = Field(None, description="Header of a column of whole days added to the date.")
    plus_duration: Duration | None = Field(None, description="A duration added to the time: a stop that is not given.")

    @model_validator(mode="after")
    def _one_source(self) -> ColumnMapping:
        sources = (self.from_, self.first_of or None, self.fixed, self.number)
        if sum(source is not None for source in sources) != 1:
            raise ValueError("give exactly one of from, first_of, fixed and number")
        if strange := sorted(set(self.given) - set(self.first_of)):
            raise ValueError(f"given names what first_of does not: {', '.join(strange)}")
        if (self.otherwise is not None or self.keep_others) and self.lookup is None:
            raise ValueError("otherwise and keep_others belong to a lookup; there is none")
        if self.otherwise is not None and self.keep_others:
            raise ValueError("give otherwise or keep_others, not both")
        if self.format is not None and self.format not in FORMATS and "%" not in self.format:
            raise ValueError(f"format is none of {', '.join(FORMATS)} and no strptime pattern: {self.format}")
        if sum(added is not None for added in (self.plus_days, self.plus_days_from, self.plus_duration)) > 1:
            raise ValueError("give one of plus_days, plus_days_from and plus_duration")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError("thousands and decimal are the same mark")
        return self

    @property
    def headers(self) -> tuple[str, ...]:
        """Every source header it reads."""
        own = (self.from_,) if self.from_ is not None else self.first_of
        return own + ((self.added_from,) if self.added_from is not None else ())

    @property
    def added_from(self) -> str | None:
        """Header of the days or the duration that is added, if any."""
        return self.plus_duration.from_ if self.plus_duration is not None else self.plus_days_from


@dataclass(frozen=True)
class Shorthand:
    """`column: Header` for `column: {from: Header}`: the short form, in the model and in its JSON Schema."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: {self.key: value} if isinstance(value, str) else value, handler(source)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


Column = Annotated[ColumnMapping, Shorthand("from")]
