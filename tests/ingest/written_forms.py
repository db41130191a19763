"""Tables as JSON, JSON Lines, Parquet, workbooks and text, packed or not, in one file or as parts of one archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from form_files import gz_bytes, json_bytes, jsonl_bytes, parquet_bytes, workbook_bytes, zip_bytes
from hypothesis import strategies as st
from written_tables import HEADERS, Cells, Dialect

_TEXT = Dialect()
_WRITERS: dict[str, Callable[[Sequence[Cells]], bytes]] = {
    "csv": lambda rows: b"".join(_TEXT.records(rows)),
    "json": lambda rows: json_bytes(_objects(rows)),
    "jsonl": lambda rows: jsonl_bytes(_objects(rows)),
    "parquet": lambda rows: parquet_bytes(
        pa.table({header: pa.array([row[at] for row in rows], pa.string()) for at, header in enumerate(HEADERS)})
    ),
    "xlsx": lambda rows: workbook_bytes(Deals=[HEADERS, *rows]),
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A delivered file: its name says the form and how it is packed."""

    name: str
    data: bytes
    rows: tuple[Cells, ...]

    @property
    def mapping(self) -> dict[str, Any]:
        columns = _TEXT.mapping["columns"]
        return {"columns": columns}


@st.composite
def written_files(draw: st.DrawFn, *, max_size: int = 4) -> Written:
    """A file of any form but a plain text; a zip may hold the rows in several files."""
    form = draw(st.sampled_from(list(_WRITERS)))
    packing = draw(st.sampled_from(["gz", "zip"] if form == "csv" else ["", "gz", "zip"]))
    rows = draw(_rows(max_size))
    if packing == "zip":
        cut = draw(st.integers(0, len(rows) - 1))
        parts = [rows[:cut], rows[cut:]] if cut else [rows]
        data = zip_bytes({f"part{number}.{form}": _WRITERS[form](part) for number, part in enumerate(parts)})
        return Written(name="deals.zip", data=data, rows=tuple(rows))
    plain = _WRITERS[form](rows)
    name = f"deals.{form}.gz" if packing else f"deals.{form}"
    return Written(name=name, data=gz_bytes(plain) if packing else plain, rows=tuple(rows))


def _objects(rows: Sequence[Cells]) -> list[dict[str, str | None]]:
    """Empty cells are null or left out; an id is always there."""
    return [
        {header: cell or None for at, (header, cell) in enumerate(zip(HEADERS, row, strict=True)) if cell or at % 2}
        for row in rows
    ]


def _rows(max_size: int) -> st.SearchStrategy[list[Cells]]:
    """Texts that every form can hold: a workbook knows no control characters. JSON Lines say nothing without rows."""
    letters = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]) | st.sampled_from(",;\"'=\n")
    texts = st.text(letters, max_size=6)
    amounts = st.just("") | st.integers(-999, 99999).map(lambda cents: f"{cents / 100:.2f}")
    row = st.tuples(texts, texts.filter(lambda text: text.strip(" \t\r\n") != ""), amounts, texts)
    numbered = st.lists(row, min_size=1, max_size=max_size)
    return numbered.map(lambda rows: [(f"id-{number}", *cells) for number, cells in enumerate(rows)])
