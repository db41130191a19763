"""An explanation as a person at a terminal reads it: one screen for the number, then the rows behind it.

Only the look is here; what is true is in `publish.explain`.
"""

from decimal import Decimal

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from publish.evidence import EvidenceRow
from publish.explain import ExplainedValue, Explanation
from publish.explain_clocks import render_clocks
from publish.figures import (
    describe_exclusion,
    describe_state,
    describe_statistic,
    format_date,
    format_figure,
    plural,
    unit_of,
)

_AGREEMENT = {True: "yes", False: "NO", None: "-"}
_WINDOWS = {
    "month": "the month",
    "quarter": "the quarter",
    "trailing_12m": "twelve months",
    "fiscal_ytd": "the fiscal year to date",
}


def print_explanation(explanation: Explanation, console: Console | None = None, *, rows: int = 20) -> None:
    """Show the explanation on the terminal."""
    (console or Console()).print(render_explanation(explanation, rows=rows))


def render_explanation(explanation: Explanation, *, rows: int = 20) -> RenderableType:
    """The explanation for a rich console; `rows` caps the evidence rows shown of each kind."""
    parts: list[RenderableType] = [_headline(explanation), _values(explanation)]
    evidence = explanation.evidence
    entity = plural(explanation.definition.entity)
    counted = sum(total.row_count for total in evidence.totals)
    is_one_partner = explanation.segment.segment_type == "partner"
    if explanation.definition.aggregation == "derived":
        parts.append(Text("Computed from other KPIs, so it has no evidence of its own; explain those.\n"))
    else:
        title = f"Counted: {counted:,} {entity}"
        parts.append(_evidence(title, evidence.counted[:rows], counted, is_one_partner=is_one_partner))
    if evidence.left_out_reasons:
        left_out = sum(reason.row_count for reason in evidence.left_out_reasons)
        reasons = "; ".join(
            f"{reason.row_count:,} {describe_exclusion(reason.excluded_reason)}" for reason in evidence.left_out_reasons
        )
        title = f"Left out: {left_out:,} ({reasons})"
        parts.append(_evidence(title, evidence.left_out[:rows], left_out, is_one_partner=is_one_partner))
    if explanation.clocks:
        shown = explanation.clocks[:rows]
        parts.append(render_clocks(f"The clocks, the first {len(shown)} (times are UTC)", shown))
    parts.append(_sources(explanation))
    return Group(*parts)


def _headline(explanation: Explanation) -> Text:
    definition, period = explanation.definition, explanation.period
    text = Text()
    text.append(definition.kpi_name, style="bold")
    text.append(f"  {definition.kpi_code}, definition {definition.definition_version}\n", style="dim")
    text.append(f"{definition.description}\n")
    direction = f", {definition.direction} is better" if definition.direction in ("higher", "lower") else ""
    text.append(
        f"{definition.unit}{direction}, {definition.aggregation}, placed by "
        f"{definition.period_basis.replace('_', ' ')}, owner {definition.owner or 'nobody'}\n\n",
        style="dim",
    )
    text.append(explanation.segment.label, style="bold")
    if period.period_type == "all_time":
        text.append(f", all time until {format_date(explanation.as_of)}")
    else:
        window = _WINDOWS.get(period.period_type, period.period_type)
        text.append(f", {window} from {format_date(period.start)} to {format_date(period.end)}")
    generation = "" if explanation.generation is None else f", generation {explanation.generation}"
    text.append(f"; as of {format_date(explanation.as_of)}{generation}\n")
    return text


def _values(explanation: Explanation) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    has_dimension = any(value.dimension for value in explanation.values)
    has_interval = any(value.ci_low is not None for value in explanation.values)
    for name, is_shown in (("dimension", has_dimension), ("statistic", True)):
        if is_shown:
            table.add_column(name, overflow="fold")
    table.add_column("value", justify="right")
    if has_interval:
        table.add_column("95 % interval", justify="right")
    for name in ("from", "rows", "left out"):
        table.add_column(name, justify="right")
    table.add_column("evidence agrees", justify="center")
    table.add_column("to know", overflow="fold")
    for value, agrees in zip(explanation.values, explanation.agreements, strict=True):
        unit = unit_of(explanation.definition, value.statistic)
        cells = [value.dimension] if has_dimension else []
        cells += [describe_statistic(value.statistic) or "value"]
        cells += [format_figure(value.value, unit, value.currency)]
        if has_interval:
            cells += [_interval(value, unit)]
        cells += [_parts(value), f"{value.observation_count or 0:,}", f"{value.excluded_count or 0:,}"]
        cells += [_AGREEMENT[agrees], _caveat(explanation, value)]
        table.add_row(*map(Text, cells), style="bold red" if agrees is False else None)
    table.add_section()
    return table


def _interval(value: ExplainedValue, unit: str) -> str:
    if value.value is None or value.ci_low is None:
        return ""
    high = "open" if value.ci_high is None else format_figure(value.ci_high, unit, value.currency)
    return f"{format_figure(value.ci_low, unit, value.currency)} to {high}"


def _parts(value: ExplainedValue) -> str:
    if value.numerator is None:
        return "" if value.event_count is None else f"{value.event_count:,} ended"
    numerator = _plain(value.numerator)
    return numerator if value.denominator is None else f"{numerator} / {_plain(value.denominator)}"


def _caveat(explanation: Explanation, value: ExplainedValue) -> str:
    bound = value.ci_low if value.value is None else None
    unit = unit_of(explanation.definition, value.statistic)
    known = [describe_state(value.value_state, value.statistic, explanation.definition.entity, bound, unit)]
    if explanation.definition.is_money and explanation.definition.aggregation == "stock":
        known.append("rows in their own currency, the value at the rates of the last day")
    if value.value is not None and not value.is_reliable:
        known.append("too few to rank by")
    if value.data_through and value.data_through < min(explanation.as_of, explanation.period.end):
        known.append(f"data through {format_date(value.data_through)}")
    return "; ".join(filter(None, known))


def _evidence(title: str, shown: tuple[EvidenceRow, ...], total: int, *, is_one_partner: bool) -> Table:
    if total > len(shown) > 0:
        title += f", the first {len(shown)}"
    table = Table(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    columns = {
        "when": [_when(row) for row in shown],
        "what": [row.entity_id for row in shown],
        "partner": [] if is_one_partner else [row.partner_name or row.partner_id for row in shown],
        "dimension": [row.dimension for row in shown],
        "outcome": [row.outcome or "" for row in shown],
        "took": ["" if row.duration is None else f"{row.duration:,}" for row in shown],
        "numerator": [_plain(row.numerator) for row in shown],
        "denominator": [_plain(row.denominator) for row in shown],
        "currency": [row.currency or "" for row in shown],
        "why not": [describe_exclusion(row.excluded_reason) if row.excluded_reason else "" for row in shown],
    }
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    for name in filled:
        numeric = name in ("took", "numerator", "denominator")
        table.add_column(name, justify="right" if numeric else "left", overflow="fold", no_wrap=name == "when")
    for cells in zip(*filled.values(), strict=True):
        table.add_row(*map(Text, cells))
    return table


def _when(row: EvidenceRow) -> str:
    if row.valid_from or row.valid_to:
        return f"{row.valid_from or ''} to {row.valid_to or 'now'}"
    if row.started_at:
        return f"{row.started_at.date()} to {row.ended_at.date() if row.ended_at else 'now'}"
    return str(row.event_date or "no date")


def _sources(explanation: Explanation) -> Text:
    text = Text("\nDeliveries behind it\n", style="bold")
    body = Text()
    for delivery in explanation.deliveries:
        body.append(
            f"  {delivery.export} from {delivery.instance} as of {format_date(delivery.as_of_date)}: "
            f"{delivery.file_name}, load {delivery.load_seq}, {delivery.rows_accepted:,} rows\n"
        )
    for source in explanation.sources:
        if source.last_verdict != "accepted":
            body.append(f"  {source.export}: {source.last_reason or source.last_verdict}\n")
    delivered = {source.export for source in explanation.sources}
    for export in explanation.definition.sources:
        if export not in delivered:
            body.append(f"  {export} was never delivered\n")
    body.stylize("not bold")
    return text.append_text(body)


def _plain(number: Decimal | None) -> str:
    """A part of a value without the zeros that its type pads."""
    if number is None:
        return ""
    rounded = round(number, 2)
    return f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}"
