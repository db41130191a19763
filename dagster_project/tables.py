"""Tables as Dagster shows them. Cells are plain text there: a value of a hostile file is no markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg


def table(rows: Iterable[Mapping[str, str | int]]) -> dg.TableMetadataValue:
    """Rows with the same keys, which become the heads of the columns."""
    records = [dg.TableRecord(dict(row)) for row in rows]
    heads = records[0].data if records else {}
    kinds = {int: "int", str: "string"}
    columns = [dg.TableColumn(name, type=kinds[type(cell)]) for name, cell in heads.items()]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))
