"""A delivery's file becomes typed Parquet and rejected rows.

The bytes are counted apart from the database, and the two counts must agree: nothing may be lost without a
word. Whether the rows are good is the gate's business, and what becomes of them the history's.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import duckdb

from ingest.archive import REJECTED
from ingest.contracts import ExportContract
from ingest.delivery import Delivery, ParsedDelivery
from ingest.errors import AsOfError, RecordsError
from ingest.file_names import is_container
from ingest.forms.plain import PLAIN, read_plain
from ingest.parse_columns import records_sql
from ingest.parse_duplicates import settle_duplicates
from ingest.parse_header import canonical_columns, read_header, wanted_headers
from ingest.parse_lines import unbalanced_line, uneven_record
from ingest.parse_plan import Plan
from ingest.parse_rejects import write_rejected
from ingest.parse_stage import stage
from ingest.parse_web import prepare_domains
from ingest.sql import Values, exact_path, identifier, identifiers, text_literal
from ingest.warehouse import Limits, confine, connect


def effective_contract(delivery: Delivery, contract: ExportContract) -> ExportContract:
    """The contract with the key and mode that the mapping gives this delivery."""
    key = delivery.mapping.key if isinstance(delivery.mapping.key, tuple) else contract.key
    return dataclasses.replace(contract, key=key, mode=delivery.mapping.mode or contract.mode)


def parse_delivery(
    delivery: Delivery,
    contract: ExportContract,
    out_dir: Path,
    *,
    source: Path | None = None,
    limits: Limits | None = None,
) -> ParsedDelivery:
    """Read the delivery's file (or `source`, a private copy of it) into `out_dir`.

    The candidate Parquet holds the contract's columns, _extra, _record_number and _row_hash. Raises
    DeliveryError where the file as a whole cannot be trusted.
    """
    contract, out_dir = effective_contract(delivery, contract), out_dir.resolve()
    out_dir.mkdir(parents=True, exist_ok=True)
    plan = _plan(delivery, contract, out_dir, source or delivery.path)
    connection = connect(None, temp_directory=out_dir / "tmp", limits=limits)
    try:
        confine(connection, out_dir)
        return _run(connection, delivery, plan, out_dir)
    finally:
        connection.close()
        (out_dir / PLAIN).unlink(missing_ok=True)
        (out_dir / "staged.parquet").unlink(missing_ok=True)


def _plan(delivery: Delivery, contract: ExportContract, out_dir: Path, source: Path) -> Plan:
    mapping = delivery.mapping
    columns = canonical_columns(contract) if mapping.columns is None else mapping.columns
    if isinstance(mapping.key, str):
        columns = {name: column for name, column in columns.items() if name != contract.key[0]}
    plain = read_plain(
        source,
        out_dir,
        name=delivery.path.name,
        file=delivery.file,
        export=mapping,
        is_container=is_container(delivery.file, delivery.path.name),
        expected=tuple(wanted_headers(mapping, columns)),
    )
    header = read_header(plain.text, plain.shown, mapping, columns, delimiter=plain.delimiter, quote=plain.quote)
    return Plan(
        contract=contract,
        mapping=mapping,
        columns=columns,
        header=header,
        text=plain.text,
        quote=plain.quote,
        places=plain.places,
        as_of_date=delivery.as_of_date,
    )


def _run(connection: duckdb.DuckDBPyConnection, delivery: Delivery, plan: Plan, out_dir: Path) -> ParsedDelivery:
    parquet, rejected = out_dir / "candidate.parquet", out_dir / REJECTED
    prepare_domains(connection, plan)
    try:
        rows = stage(connection, plan, out_dir / "staged.parquet")
        read = _records_read(connection, plan, rows)
    except duckdb.Error as error:
        raise _unreadable(delivery, plan, error) from error
    _refuse_other_counts(delivery, plan, read)
    duplicates = settle_duplicates(connection, plan)
    wanted = dict.fromkeys(wanted_headers(plan.mapping, plan.columns))
    return ParsedDelivery(
        parquet=parquet,
        rejected=rejected,
        rows_in=rows,
        rows_accepted=_write_candidate(connection, plan, parquet),
        rows_rejected=write_rejected(connection, plan, rejected),
        rows_collapsed=duplicates.collapsed,
        conflicting_keys=duplicates.conflicting_keys,
        as_of_date=delivery.as_of_date or _newest(connection, delivery, parquet),
        sha256=delivery.sha256,
        key=plan.contract.key,
        extra_columns=plan.header.extra,
        ignored_columns=plan.header.ignored,
        encoding=plan.text.encoding,
        delimiter=plan.header.delimiter,
        read_columns=tuple(name for name in wanted if name in plan.header.names),
        absent_columns=tuple(name for name in wanted if name not in plan.header.names),
    )


def _refuse_other_counts(delivery: Delivery, plan: Plan, read: int) -> None:
    """Records and fields as the bytes have them: the reader lets empty fields pass at the end of too long a record."""
    text, quote = plan.text, plan.quote
    if read != text.records - 1:
        at = unbalanced_line(text.path, quote) if quote else None
        near = f", first near {plan.places.said(at)}" if at else ""
        raise RecordsError(
            f"{delivery.path.name}: the bytes hold {text.records - 1} records and the reader sees {read}, so "
            f"something would be lost. Look for stray quotes or blank lines{near}, and deliver the file again."
        )
    width = len(plan.header.names)
    if text.delimiters.get(plan.header.delimiter) == (width - 1) * text.records:
        return
    if uneven := uneven_record(text.path, plan.header.delimiter, plan.quote, width):
        raise _uneven(delivery, plan, *uneven)
    if plan.header.delimiter in text.delimiters:
        raise RecordsError(
            f"{delivery.path.name}: the bytes hold {text.delimiters[plan.header.delimiter]} delimiters outside quotes, "
            f"and {text.records} records of {width} fields would have {(width - 1) * text.records}. Look for stray "
            "quotes, and deliver the file again."
        )


def _write_candidate(connection: duckdb.DuckDBPyConnection, plan: Plan, target: Path) -> int:
    names = identifiers([*plan.contract.column_names, "_extra", "_record_number", "_row_hash"])
    copied = connection.execute(
        f"copy (select {names} from staged where _rule is null and _place not in (select _place from collapsed)"
        f" and _place not in (select _place from conflicts)) to {text_literal(str(target))}"
        " (format parquet, compression zstd)"
    ).fetchone()
    return int(copied[0]) if copied else 0


def _records_read(connection: duckdb.DuckDBPyConnection, plan: Plan, rows: int) -> int:
    """How many records the reader sees; `rows` where each record is one row."""
    if not plan.mapping.rows and plan.mapping.unpivot is None:
        return rows
    values = Values()
    row = connection.execute(
        f"select count(*) from ({records_sql(plan, values, is_numbered=False)})", values.bound
    ).fetchone()
    return int(row[0]) if row else 0


def _newest(connection: duckdb.DuckDBPyConnection, delivery: Delivery, parquet: Path) -> date:
    column = delivery.file.as_of.column or ""
    row = connection.execute(
        f"select cast(max({identifier(column)}) as DATE) from read_parquet($1)", [exact_path(parquet)]
    ).fetchone()
    if row is None or row[0] is None:
        raise AsOfError(
            f"{delivery.path.name}: no row has a {column}, from which the mapping takes the as-of date. "
            "Deliver a file with rows, or take the date from the file name."
        )
    found: date = row[0]
    return found


def _unreadable(delivery: Delivery, plan: Plan, error: duckdb.Error) -> Exception:
    width = len(plan.header.names)
    found = uneven_record(plan.text.path, plan.header.delimiter, plan.quote, width)
    if found is None:
        return error
    return _uneven(delivery, plan, *found)


def _uneven(delivery: Delivery, plan: Plan, at: int, fields: int) -> RecordsError:
    seen = f"{fields} field(s)" if fields else "a quote where none may stand"
    return RecordsError(
        f"{delivery.path.name}, {plan.places.said(at)}: the record has {seen}, the header {len(plan.header.names)}. "
        "The file is cut off or that line is broken; deliver it again whole."
    )
