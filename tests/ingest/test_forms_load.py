"""The same deals in every form: taken in, they are the same rows of raw history."""

from __future__ import annotations

from typing import Any

import pytest
from form_files import (
    csv_bytes,
    gz_bytes,
    json_bytes,
    jsonl_bytes,
    parquet_bytes,
    sheet_rows,
    workbook_bytes,
    zip_bytes,
)
from ingest_desk import Warehouse

ROWS = [
    {"opportunity_id": "007", "stage": "Won, really", "amount": "1.10", "close_date": "2025-01-02"},
    {"opportunity_id": "8", "stage": 'Open "late"\nagain', "amount": "12345678901.55", "close_date": "2025-02-28"},
    {"opportunity_id": "ä", "stage": " x ", "amount": "-3", "close_date": ""},
]
FORMS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "deals.csv": (csv_bytes(ROWS), {}),
    "deals.csv.gz": (gz_bytes(csv_bytes(ROWS)), {}),
    "deals.csv.zip": (zip_bytes({"out/deals.csv": csv_bytes(ROWS), "__MACOSX/out/._deals.csv": b"\0"}), {}),
    "deals.zip": (zip_bytes({"b.csv": csv_bytes(ROWS[1:]), "a.csv": csv_bytes(ROWS[:1])}), {}),
    "deals.json": (json_bytes(ROWS), {}),
    "deals.json.gz": (gz_bytes(json_bytes({"data": {"deals": ROWS}})), {"records": "data.deals"}),
    "deals.jsonl": (jsonl_bytes(ROWS), {}),
    "deals.ndjson.zip": (zip_bytes({"1.ndjson": jsonl_bytes(ROWS[:2]), "2.ndjson": jsonl_bytes(ROWS[2:])}), {}),
    "deals.parquet": (parquet_bytes(ROWS), {}),
    "deals.dat": (parquet_bytes(ROWS), {"form": "parquet"}),
    "deals.xlsx": (workbook_bytes(Deals=sheet_rows(ROWS)), {}),
    "deals.xlsx.zip": (
        zip_bytes({"a.xlsx": workbook_bytes(Other=[["x"]], Deals=sheet_rows(ROWS))}),
        {"sheet": "Deals"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_rows(warehouse: Warehouse, name: str) -> None:
    """Texts, numbers and dates arrive as they were sent, and the archive keeps the bytes that came."""
    data, mapping = FORMS[name]
    result = warehouse.take(data, mapping, name=name)
    assert (result.verdict, result.rows_in, result.rows_accepted) == ("accepted", 3, 3), result.reason
    found = warehouse.query(
        "select opportunity_id, stage, cast(amount as varchar), cast(close_date as varchar), _row_hash"
        " from raw_crm.opportunities order by 1"
    )
    assert [row[:4] for row in found] == [
        ("007", "Won, really", "1.10", "2025-01-02"),
        ("8", 'Open "late"\nagain', "12345678901.55", "2025-02-28"),
        ("ä", "x", "-3.00", None),
    ]
    kept = next((warehouse.home / "deliveries").rglob(f"*__{name}"))
    assert kept.read_bytes() == data
