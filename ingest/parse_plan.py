"""What decides how one file becomes one export: contract, mapping, header, text; and its columns as steps.

Values only; the SQL that follows from them is `ingest.parse_columns`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ingest.contracts import Column, ExportContract
from ingest.forms.places import Places
from ingest.mapping import ExportMapping
from ingest.mapping_column import ColumnMapping
from ingest.parse_header import Header
from ingest.parse_text import TextFile

ORDER = "_order"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that decides how one file becomes one export."""

    contract: ExportContract
    mapping: ExportMapping
    columns: Mapping[str, ColumnMapping]
    header: Header
    text: TextFile
    quote: str
    places: Places
    as_of_date: date | None

    @property
    def steps(self) -> list[Step]:
        """The mapped columns in contract order, and the one that orders duplicates."""
        wanted = [column for column in self.contract.columns if column.name in self.columns]
        steps = [
            Step(number=number, wanted=column, column=self.columns[column.name])
            for number, column in enumerate(wanted, start=1)
        ]
        if self.mapping.on_duplicate.keep_last_by:
            steps.append(_order_step(len(steps) + 1, self.mapping.on_duplicate.keep_last_by))
        return steps

    @property
    def is_straight(self) -> bool:
        """Whether each record becomes one row and all stay in their order: a row's place tells its record's number.

        Filters and unpivoting change how many there are, windows and joins their order. A key that is made from the
        number needs it before the row has a place.
        """
        moves = any(step.column.number is not None or step.column.format == "web_domain" for step in self.steps)
        return not (moves or self.mapping.rows or self.mapping.unpivot or self.mapping.key == "row_number")

    @property
    def made_key(self) -> str | None:
        """The key column that the mapping makes from row number or row hash."""
        return self.contract.key[0] if isinstance(self.mapping.key, str) else None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One column on its way: s, r, l with its number are its texts, v and w its values in the layers."""

    number: int
    wanted: Column
    column: ColumnMapping

    def at(self, layer: str) -> str:
        """The name of the column in a layer, falling back to the last layer that made one."""
        if layer == "r" and self.column.regex is None:
            layer = "s"
        if layer == "l" and self.column.lookup is None and not self.column.prefix:
            return self.at("r")
        return f"{layer}{self.number}"

    @property
    def text(self) -> str:
        """SQL of the text that is read: what source, regex, lookup and prefix give, never empty."""
        made = self.column.regex is not None or self.column.lookup is not None or self.column.prefix
        return f"nullif({self.at('l')}, '')" if made else self.at("s")


def _order_step(number: int, column: ColumnMapping) -> Step:
    format_ = column.format or "text"
    kind = {
        "integer": ("integer", "BIGINT"),
        "decimal": ("number", "DECIMAL(38,6)"),
        "iso": ("date", "DATE"),
    }.get(format_, ("string", "VARCHAR") if format_ == "text" else ("timestamp", "TIMESTAMP"))
    wanted = Column(
        name=ORDER,
        type=kind[1],
        logical_type=kind[0],
        required=False,
        description="",
        personal=False,
        classification="internal",
        allowed=(),
        minimum=None,
        maximum=None,
        pattern=None,
    )
    return Step(number=number, wanted=wanted, column=column.model_copy(update={"zone": column.zone or "UTC"}))
