"""What a fact is, and how it is asked of the published file.

Queries use the columns that BI tools rely on (`kpi_values`, `kpi_evidence`, `fct_deals`), give one row with
one value, and bring numbers to a form in which they can be compared for equality.
"""

from __future__ import annotations

from dataclasses import dataclass

COUNT = "cast(value as bigint)"
SHARE = "round(cast(value as double), 6)"
ROUGH_SHARE = "round(cast(value as double), 4)"
CENTS = "format('{:.2f}', cast(value as double))"
DOLLARS = "cast(round(value) as bigint)"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One known thing: a sentence, the question to the marts, and the answer."""

    id: str
    statement: str
    query: str
    expected: int | float | str | None


def ask(what: str, table: str, where: str = "true") -> str:
    """Query of one expression over a table of the published schema."""
    return " ".join(["select", what, "from", f"marts.{table}", "where", where])


def ask_value(
    code: str,
    form: str = COUNT,
    *,
    period: tuple[str, str] = ("all_time", ""),
    segment: tuple[str, str] = ("all", ""),
    statistic: str = "value",
    dimension: str = "",
) -> str:
    """Query of one cell of `kpi_values`; a period or segment left empty is the only one of its type."""
    wanted = [
        ("kpi_code", code),
        ("statistic", statistic),
        ("dimension", dimension),
        ("period_type", period[0]),
        ("segment_type", segment[0]),
    ]
    wanted += [(column, it) for column, it in (("period_start", period[1]), ("segment_value", segment[1])) if it]
    return ask(form, "kpi_values", " and ".join(f"{column} = '{it}'" for column, it in wanted))


def ask_evidence(code: str, what: str, entity: str, more: str = "") -> str:
    """Query over the evidence of one thing; a visit or a slip names its deal as subject."""
    where = f"kpi_code = '{code}' and (entity_id = '{entity}' or subject_id = '{entity}')"
    return ask(what, "kpi_evidence", f"{where} and {more}" if more else where)


def ask_deal(column: str, deal: str) -> str:
    """Query of one column of a deal, as text."""
    return ask(f"cast({column} as varchar)", "fct_deals", f"deal_id = '{deal}'")


def ask_partner(column: str, key: str) -> str:
    """Query of one column of a partner, as text."""
    return ask(f"cast({column} as varchar)", "dim_partners", f"partner_id = 'partnerstack:{key}'")
