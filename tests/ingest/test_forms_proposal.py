"""A mapping proposed for a file of any form reads that file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

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
from ingest_desk import RECEIVED

from ingest.contracts import load_contracts
from ingest.inbox import find_file
from ingest.parse import parse_delivery
from ingest.proposal import propose
from ingest.proposal.yaml import mapping_text

ROWS = [
    {"deal_id": str(day), "stage": "Won", "amount": "5", "currency": "USD", "close_date": f"2026-08-{day:02d}"}
    for day in range(1, 20)
]
BOOK = workbook_bytes(Deals=sheet_rows(ROWS), Notes=[["x"]])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("deals_2026-08-31.csv.gz", gz_bytes(csv_bytes(ROWS)), "deals_{as_of}.csv.gz"),
        ("deals_2026-08-31.zip", zip_bytes({"a.csv": csv_bytes(ROWS)}), "deals_{as_of}.zip"),
        ("deals_2026-08-31.xlsx", BOOK, "of the sheets Deals, Notes the first was looked at"),
        ("deals_2026-08-31.json", json_bytes({"data": {"deals": ROWS, "owners": []}}), "records: data.deals"),
        ("deals_2026-08-31.jsonl", jsonl_bytes(ROWS), "crm.opportunities:"),
        ("deals_2026-08-31.parquet", parquet_bytes(ROWS), "crm.opportunities:"),
    ],
    ids=["gz", "zip", "sheet", "json", "jsonl", "parquet"],
)
def test_the_proposed_mapping_reads_the_file(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    """It says where the records stand; what was chosen among several is named as a doubt."""
    path, contracts = tmp_path / name, load_contracts()
    path.write_bytes(data)
    text = mapping_text(propose([path], "acme", contracts, today=date(2026, 9, 1)))
    assert said in text
    (tmp_path / "acme.yaml").write_text(text)
    (delivery,) = find_file(path, "acme", contracts=contracts, home_vendors=tmp_path, received_at=RECEIVED).deliveries
    parsed = parse_delivery(delivery, contracts.exports[delivery.export], tmp_path / "out")
    assert (delivery.export, parsed.rows_accepted, parsed.rows_rejected) == ("crm.opportunities", 19, 0)
