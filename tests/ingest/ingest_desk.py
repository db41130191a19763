"""A small desk for the tests of this room: write a file, parse it, take it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.archive import fingerprint
from ingest.contracts import Contracts, ExportContract, load_contracts
from ingest.delivery import Delivery, DeliveryFacts, LoadResult, ParsedDelivery, RuleOutcome
from ingest.inbox import as_of_in_name
from ingest.load import take_in
from ingest.mapping import FileMapping
from ingest.parse import parse_delivery
from ingest.warehouse import Limits

RECEIVED = datetime(2025, 6, 1, 12)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What an audit says."""

    failures: tuple[RuleOutcome, ...] = ()
    warnings: tuple[RuleOutcome, ...] = ()
    suite_version: str = "1"

    @property
    def passed(self) -> bool:
        return not self.failures


def accept(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> Report:
    """An audit that finds nothing."""
    return Report()


@dataclass(kw_only=True)
class Parsed:
    """A parsed file: counts, typed rows as dicts, rejected rows."""

    facts: ParsedDelivery
    rows: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


@dataclass(kw_only=True)
class Desk:
    """Files of one instance in a folder, parsed by a mapping given as plain data."""

    folder: Path
    contracts: Contracts = field(default_factory=load_contracts)
    limits: Limits | None = None

    def delivery(
        self,
        data: bytes | str,
        mapping: dict[str, Any],
        *,
        export: str,
        name: str = "file.csv",
        as_of: str | None,
    ) -> Delivery:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        placed = {"as_of": {"fixed": as_of}} if as_of else {}
        file_keys = {
            k: mapping[k] for k in ("form", "encoding", "delimiter", "quote", "final_newline", "as_of") if k in mapping
        }
        export_keys = {k: v for k, v in mapping.items() if k not in file_keys}
        file = FileMapping.model_validate({"pattern": name, **placed, **file_keys, "exports": {export: export_keys}})
        return Delivery(
            export=export,
            instance="one",
            vendor="vendor",
            path=path,
            as_of_date=as_of_in_name(file, name),
            file=file,
            mapping=file.exports[export],
            mapping_version="m1",
            sha256=fingerprint(path),
            bytes=path.stat().st_size,
            received_at=RECEIVED,
        )

    def parse(
        self,
        data: bytes | str,
        mapping: dict[str, Any] | None = None,
        *,
        export: str = "crm.opportunities",
        **more: Any,
    ) -> Parsed:
        delivery = self.delivery(data, mapping or {}, export=export, **({"as_of": "2025-01-31"} | more))
        facts = parse_delivery(delivery, self.contracts.exports[export], self.folder / "out", limits=self.limits)
        assert facts.rows_in == facts.rows_accepted + facts.rows_rejected + facts.rows_collapsed
        rows, rejected = _rows(facts.parquet, "_record_number"), _rows(facts.rejected, "record_number")
        assert (len(rows), len(rejected)) == (facts.rows_accepted, facts.rows_rejected)
        return Parsed(facts=facts, rows=rows, rejected=rejected)


@dataclass(kw_only=True)
class Warehouse:
    """An open warehouse and what it takes to take a delivery in."""

    desk: Desk
    home: Path
    connection: duckdb.DuckDBPyConnection

    def take(
        self,
        data: bytes | str,
        mapping: dict[str, Any] | None = None,
        *,
        export: str = "crm.opportunities",
        as_of: str = "2025-01-31",
        audit: Callable[..., Report] = accept,
        name: str | None = None,
        suite_version: str = "1",
    ) -> LoadResult:
        delivery = self.desk.delivery(
            data, mapping or {}, export=export, name=name or f"{export}_{as_of}.csv", as_of=as_of
        )
        return take_in(
            delivery,
            connection=self.connection,
            home=self.home,
            contract=self.desk.contracts.exports[export],
            audit=audit,
            suite_version=suite_version,
            run_id="run",
        )

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(values)).fetchall()

    def visible(self, table: str, columns: str, as_of: date, known_at: int) -> list[tuple[Any, ...]]:
        """Rows that hold on a date, as known after a load: the rule that staging relies on."""
        return self.query(
            f"""
            select {columns} from {table}
            where _load_seq <= $2 and (_superseded_seq is null or _superseded_seq > $2) and _valid_from <= $1
              and not (coalesce(_closed_seq <= $2, false) and coalesce(_valid_to <= $1, false))
            order by all
            """,
            as_of,
            known_at,
        )


def _rows(parquet: Path, order: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        result = connection.execute(f"select * from read_parquet($1) order by {order}", [str(parquet)])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
