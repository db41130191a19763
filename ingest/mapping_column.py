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


class ColumnMapping(Model):
    """Where a column's value comes from and how it is written. Applied in this order: source, sentinels,
    regex, lookup, format, plus_days."""

    from_: str | None = Field(None, alias="from", description="Header of the source column.")
    first_of: tuple[str, ...] = Field((), description="Headers; the first that has a value counts.")
    fixed: str | None = Field(None, description="The same text for every row.")
    optional: bool = Field(False, description="The header may be missing; the column is empty then.")
    sentinels: tuple[str, ...] = Field((), description="Texts that mean `no value`.")
    regex: RegexGroup | None = Field(None, description="Take a part of the text.")
    lookup: dict[str, str] | None = Field(None, description="Label table: source text to canonical text.")
    otherwise: str | None = Field(
        None,
        description="Text for what the table does not have; without it such a row is rejected. '' is empty.",
    )
    format: str | None = Field(
        None,
        description=f"How the text is written: {', '.join(FORMATS)}, or a strptime pattern such as %d/%m/%Y.",
    )
    zone: str | None = Field(None, description="IANA zone of times that carry none.")
    thousands: str = Field("", max_length=1, description="Thousands separator of numbers.")
    decimal: str = Field(".", min_length=1, max_length=1, description="Decimal mark of numbers.")
    plus_days: int | None = Field(None, description="Days added to the date.")
    plus_days_from: str | None = Field(None, description="Header of a column of whole days added to the date.")

    @model_validator(mode="after")
    def _one_source(self) -> ColumnMapping:
        if (self.from_ is not None) + bool(self.first_of) + (self.fixed is not None) != 1:
            raise ValueError("give exactly one of from, first_of and fixed")
        if self.otherwise is not None and self.lookup is None:
            raise ValueError("otherwise belongs to a lookup; there is none")
        if self.format is not None and self.format not in FORMATS and "%" not in self.format:
            raise ValueError(f"format is none of {', '.join(FORMATS)} and no strptime pattern: {self.format}")
        if self.plus_days is not None and self.plus_days_from is not None:
            raise ValueError("give plus_days or plus_days_from, not both")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError("thousands and decimal are the same mark")
        return self

    @property
    def headers(self) -> tuple[str, ...]:
        """Every source header it reads."""
        own = (self.from_,) if self.from_ is not None else self.first_of
        return own + ((self.plus_days_from,) if self.plus_days_from is not None else ())


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
