"""Whom a value is about: the segment that a word of the user names, and which evidence belongs to it.

`all`, `all_partners`, a partner by id (with or without its instance) or unique name, or `<segment type>=<value>` such
as `region=EMEA`.
"""

from dataclasses import dataclass

import duckdb

from ingest.sql import identifier
from publish.errors import UnclearQuestionError
from publish.nearest import nearest

_WHOLE = ("all", "all_partners")
# Segment types whose name is not that of the attribute (or attributes) behind them.
_ATTRIBUTES = {"parent": ("parent_partner_id",), "region_x_type": ("region", "partner_type")}
_WAYS_TO_WRITE = "Give a partner by id or name, all, all_partners, or a segment such as region=EMEA."


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A segment of `kpi_values`; `label` is what a person calls it."""

    segment_type: str
    segment_value: str
    label: str


def find_segment(connection: duckdb.DuckDBPyConnection, text: str) -> Segment:
    """The segment that `text` names. Raises UnclearQuestionError, naming what is near."""
    if text in _WHOLE:
        label = "everything" if text == "all" else "all partners (without direct)"
        return Segment(segment_type=text, segment_value=text, label=label)
    partners = connection.execute(
        "select partner_id, coalesce(partner_name, partner_id) from marts.dim_partners order by all"
    ).fetchall()
    found = (
        [row for row in partners if row[0] == text]
        or [row for row in partners if row[1].casefold() == text.casefold()]
        # The id alone, as the PRM writes it.
        or [row for row in partners if row[0].partition(":")[2] == text]
    )
    if len(found) == 1:
        return Segment(segment_type="partner", segment_value=found[0][0], label=found[0][1])
    if found:
        ids = [partner_id for partner_id, _ in found]
        raise UnclearQuestionError(
            "partner", text, "is the name of several partners, with the ids", ids, "Give the id."
        )
    segment_type, separator, value = text.partition("=")
    if separator:
        return _find_value(connection, segment_type.strip(), value.strip())
    near = nearest(text, [name for partner in partners for name in partner])
    reason = "is not known; the nearest are" if near else "is not known"
    raise UnclearQuestionError("partner", text, reason, near, _WAYS_TO_WRITE)


def _find_value(connection: duckdb.DuckDBPyConnection, segment_type: str, value: str) -> Segment:
    known = connection.execute(
        "select distinct segment_type, segment_value from marts.kpi_values order by all"
    ).fetchall()
    types = sorted({row[0] for row in known} - set(_WHOLE))
    if segment_type not in types:
        raise UnclearQuestionError("segment", segment_type, "is not known; there are", types, _WAYS_TO_WRITE)
    values = [row[1] for row in known if row[0] == segment_type]
    found = [candidate for candidate in values if candidate.casefold() == value.casefold()]
    if not found:
        near = nearest(value, values) or values[:5]
        raise UnclearQuestionError(segment_type, value, "has no values; there are", near, "Give one of these.")
    return Segment(segment_type=segment_type, segment_value=found[0], label=f"{segment_type} {found[0]}")


def attributes_of(segment_type: str) -> tuple[str, tuple[str, ...]]:
    """Which description of a partner a segment type goes by (`history`: then, `partners`: now), and its columns."""
    name = segment_type.removesuffix("_current")
    relation = "history" if name == segment_type else "partners"
    return relation, _ATTRIBUTES.get(name, (name,))


def membership(connection: duckdb.DuckDBPyConnection, segment: Segment) -> str:
    """A condition over `evidence`, `history` (the partner as it was then) and `partners` (as it is now).

    The value stands in `asked.segment_value`. Raises UnclearQuestionError where the file cannot tell.
    """
    simple = {
        "all": "true",
        "all_partners": "evidence.partner_id <> 'direct'",
        "partner": "evidence.partner_id = asked.segment_value",
        "route": "coalesce(evidence.route, 'unknown') = asked.segment_value",
    }
    if segment.segment_type in simple:
        return simple[segment.segment_type]
    relation, attributes = attributes_of(segment.segment_type)
    table = {"history": "dim_partner_history", "partners": "dim_partners"}[relation]
    columns = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'marts' and table_name = ?", [table]
    ).fetchall()
    if not {(attribute,) for attribute in attributes} <= set(columns):
        raise UnclearQuestionError(
            "segment",
            segment.segment_type,
            "has values, but its evidence cannot be listed",
            [],
            _WAYS_TO_WRITE,
        )
    parts = ", ".join(f"coalesce({relation}.{identifier(attribute)}, 'unknown')" for attribute in attributes)
    return f"evidence.partner_id <> 'direct' and concat_ws(' / ', {parts}) = asked.segment_value"
