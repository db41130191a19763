"""What a vendor file can say: the grammar, as frozen models that forbid every other key.

Reading the YAML and telling where an error stands is `ingest.mapping_file`'s; that the columns named exist
in the contracts is `ingest.mapping_rules`'. The meaning of each word is in its description, which editors
show.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ingest.contracts import Mode
from ingest.forms.kinds import Form, known_form
from ingest.mapping_column import Column, Model, Shorthand

AS_OF_PLACE = "{as_of}"
PART_PLACE = "{part}"
PARTS_PLACE = "{parts}"
REVISION_PLACE = "{revision}"
_TEXT_KEYS = ("delimiter", "quote", "final_newline")
_FORM_KEYS = {"sheet": "xlsx", "header_row": "xlsx", "records": "json"}


class RowFilter(Model):
    """Rows that belong to the export; the others are no part of it (not rejected)."""

    column: str = Field(description="Header of the source column.")
    in_: tuple[str, ...] = Field((), alias="in", description="Only rows with one of these texts.")
    not_in: tuple[str, ...] = Field((), description="Only rows without these texts; empty cells stay.")
    not_empty: bool = Field(False, description="Only rows with a value.")
    optional: bool = Field(False, description="The header may be missing; every row belongs then.")

    @model_validator(mode="after")
    def _one_test(self) -> RowFilter:
        if bool(self.in_) + bool(self.not_in) + self.not_empty != 1:
            raise ValueError("give exactly one of in, not_in and not_empty")
        return self


class Unpivot(Model):
    """Wide columns become rows. `name` and `value` are headers that `columns` then reads like any other."""

    pattern: str = Field(description="Regular expression for the whole header; its first group, if any, is the name.")
    name: str = Field(description="Header under which the wide column's name stands.")
    value: str = Field(description="Header under which its cell stands.")
    sentinels: tuple[str, ...] = Field((), description="Cells that give no row; empty cells never do.")


class Duplicates(Model):
    """What several rows of one key become. Identical rows always collapse into one."""

    policy: Literal["collapse_identical", "reject"] = Field(
        "collapse_identical",
        description="Conflicting rows: `collapse_identical` leaves them to the gate, which "
        "refuses the delivery; `reject` rejects them.",
    )
    keep_last_by: Column | None = Field(
        None,
        description="Of conflicting rows the one with the greatest value stays (the latest row per key).",
    )


class AsOf(Model):
    """Where the as-of date stands."""

    file_name: str | None = Field(None, description="strptime pattern of {as_of} in the file name.")
    column: str | None = Field(None, description="Canonical date column; the newest value counts.")
    fixed: date | None = Field(None, description="The same date for every delivery.")

    @model_validator(mode="after")
    def _one_place(self) -> AsOf:
        if sum(place is not None for place in (self.file_name, self.column, self.fixed)) != 1:
            raise ValueError("give exactly one of file_name, column and fixed")
        return self


class ExportMapping(Model):
    """How one file becomes one export."""

    sheet: str | None = Field(None, description="XLSX: name of the sheet; left out where there is only one.")
    header_row: int | None = Field(None, ge=1, description="XLSX: row of the header; else the first that is not empty.")
    records: str | None = Field(None, description="JSON: dotted path to the list of records; left out: the document.")
    member: str | None = Field(None, description="Zip: name (with * for anything) of the files to read; else all.")
    columns: dict[str, Column] | None = Field(
        None,
        description="Canonical column to source. Left out: the file has the canonical names (generic shape).",
    )
    mode: Mode | None = Field(None, description="What a delivery says about rows it does not hold.")
    range_column: str | None = Field(None, description="Canonical date column of a rolling delivery's range.")
    key: Literal["row_number", "row_hash"] | tuple[str, ...] | None = Field(
        None, description="Columns that identify a row, or row_number / row_hash where the source has none."
    )
    on_duplicate: Annotated[Duplicates, Shorthand("policy")] = Duplicates()
    rows: tuple[RowFilter, ...] = Field((), description="Row filters; all must hold.")
    unpivot: Unpivot | None = Field(None, description="Wide columns to rows.")
    ignore_columns: tuple[str, ...] = Field((), description="Patterns for whole headers that are dropped.")
    history_from: date | None = Field(None, description="First day from which the source shows everything.")

    @model_validator(mode="after")
    def _consistent(self) -> ExportMapping:
        if (self.mode == "rolling") != (self.range_column is not None):
            raise ValueError("range_column and mode rolling belong together")
        if self.unpivot and self.on_duplicate.policy == "reject":
            raise ValueError("on_duplicate reject cannot be told apart per record in an unpivoted file")
        return self


class FileMapping(Model):
    """One kind of file."""

    pattern: str = Field(
        description="File name; {as_of} stands for the date, {part} for the number of a part and {parts} for how many "
        "there are, {revision} for the number of a correction (the highest of a date holds), * for anything. The very "
        "name of a file wins over them. The name with .gz or .zip behind fits too."
    )
    form: Form | None = Field(
        None, description="How the records are written; left out: the name says it (.json, .jsonl, .parquet, .xlsx)."
    )
    as_of: AsOf = Field(AsOf(file_name="%Y-%m-%d"), description="Where the as-of date stands.")
    encoding: str | None = Field(None, description="Python name of the encoding; detected only by a byte order mark.")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="One character; else by header.")
    quote: str = Field('"', max_length=1, description="Quote character; '' where quotes mean nothing.")
    final_newline: Literal["required", "optional"] = Field(
        "required", description="A file whose last line does not end may be cut off, and is refused."
    )
    exports: dict[str, ExportMapping] = Field({}, description="Every export that the file feeds.")
    like: str | None = Field(
        None,
        description="Pattern of another file of this mapping, or of the extended one, whose exports hold here too: "
        "the same columns under another file name.",
    )

    @model_validator(mode="after")
    def _feeds_something(self) -> FileMapping:
        if bool(self.exports) == (self.like is not None):
            raise ValueError("give exactly one of exports and like")
        return self

    @model_validator(mode="after")
    def _as_of_place(self) -> FileMapping:
        if (AS_OF_PLACE in self.pattern) != (self.as_of.file_name is not None):
            raise ValueError("{as_of} in the pattern and as_of: {file_name: ...} belong together")
        return self

    @model_validator(mode="after")
    def _part_place(self) -> FileMapping:
        if any(self.pattern.count(place) > 1 for place in (PART_PLACE, PARTS_PLACE, REVISION_PLACE)):
            raise ValueError("{part}, {parts} and {revision} stand once in a pattern")
        if PARTS_PLACE in self.pattern and PART_PLACE not in self.pattern:
            raise ValueError("{parts} says how many parts there are and needs {part}, the number of each")
        return self

    @model_validator(mode="after")
    def _fits_its_form(self) -> FileMapping:
        form = self.form or known_form(self.pattern)
        said = [key for key in _TEXT_KEYS if key in self.model_fields_set]
        if form not in (None, "text") and said:
            raise ValueError(f"{said[0]} is a matter of text, and these files are {form}")
        for export in self.exports.values():
            for key, needed in _FORM_KEYS.items():
                if form is not None and form != needed and getattr(export, key) is not None:
                    raise ValueError(f"{key} is a matter of {needed}, and these files are {form}")
        return self


class VendorMapping(Model):
    """One vendor, or one instance of it."""

    vendor: str | None = Field(None, description="Name of the vendor.")
    description: str = Field("", description="What a reader should know of this shape.")
    extends: str | None = Field(None, description="Vendor whose files hold here too; own patterns win.")
    files: tuple[FileMapping, ...] = Field((), description="Every kind of file.")
    ignore_files: tuple[str, ...] = Field((), description="Names (with * for anything) of files that are no export.")

    @property
    def version(self) -> str:
        """Label that changes with anything the mapping says."""
        said = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def mapping_schema() -> str:
    """The JSON Schema of a vendor file, as `ingest/vendors/vendor.schema.json` holds it."""
    schema = VendorMapping.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Vendor mapping"
    return json.dumps(schema, indent=2) + "\n"
