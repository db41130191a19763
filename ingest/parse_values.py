"""From texts to typed rows, each with its hash and the first thing that is wrong with it.

More layers on those of `ingest.parse_columns`: read (typed values) -> settled (days and durations added) -> numbered ->
valued (the contract's columns). How one text is read is `ingest.parse_formats`'; ids of Salesforce bring two layers.
"""

# ruff: noqa: S608 - names are made here or quoted, values are bound

from __future__ import annotations

from collections.abc import Mapping

from ingest.parse_columns import source, text_layers, with_list
from ingest.parse_formats import milliseconds, typed
from ingest.parse_plan import Plan, Step
from ingest.parse_salesforce import is_salesforce_id, salesforce_id, salesforce_layers
from ingest.parse_web import web_address
from ingest.sql import Values, identifier

_NULL_BY_DESIGN = ("web_domain", "duns")


def typed_sql(plan: Plan, values: Values) -> str:
    """A WITH clause whose layer `valued` has one row per record (or unpivoted cell).

    Its columns: _record_number unless the plan is straight, the contract's columns, _order, _extra, _row_hash, _fault
    (NULL, or the number of the step that cannot be read, negative where a key is missing), the source texts s<number>
    and the cells c<place>.
    """
    # The place of its row tells the number of a record where nothing moves.
    layers = text_layers(plan, values, is_numbered=not plan.is_straight)
    layers |= salesforce_layers(plan)
    layers |= {"read": _read(plan, values, next(reversed(layers))), "settled": _settled(plan, values)}
    layers |= {"numbered": _numbered(plan), "valued": _valued(plan, values)}
    return with_list(layers)


def _read(plan: Plan, values: Values, before: str) -> str:
    parts, joins = "", ""
    for step in plan.steps:
        text = step.text
        if step.column.format == "web_domain":
            joins += f" left join domains as d{step.number} on d{step.number}.address = {web_address(text)}"
            value = f"d{step.number}.domain"
        elif is_salesforce_id(step):
            value = salesforce_id(step)
        else:
            value = typed(text, step.wanted, step.column, values)
        parts += f", {value} as v{step.number}"
        if step.column.added_from is not None:
            parts += f", {source(plan, step.column.added_from)} as p{step.number}"
    return f"select {before}.*{parts} from {before}{joins}"


def _settled(plan: Plan, values: Values) -> str:
    """Days or durations added; a year before 1900 comes of misreading (01/02/25 as the year 25) and is no value."""
    parts = ""
    for step in plan.steps:
        value, column = f"v{step.number}", step.column
        if step.wanted.logical_type in ("date", "timestamp"):
            value = f"case when {value} >= DATE '1900-01-01' then {value} end"
        if column.plus_days is not None or column.plus_days_from is not None:
            days = values.bind(column.plus_days) if column.plus_days is not None else f"p{step.number}"
            value = f"cast({value} + to_days(try_cast({days} as INTEGER)) as {step.wanted.type})"
        if column.plus_duration is not None:
            value = f"{value} + to_milliseconds({milliseconds(f'p{step.number}', column.plus_duration.unit)})"
        parts += f", {value} as w{step.number}"
    return f"select *{parts} from read"


def _numbered(plan: Plan) -> str:
    """Rows numbered within what they agree in. Equal moments get one number, so that copies stay copies."""
    place = {step.wanted.name: f"w{step.number}" for step in plan.steps}
    made = ""
    for step in plan.steps:
        if (number := step.column.number) is not None:
            within, by = ", ".join(place[name] for name in number.within), place[number.order_by]
            ranked = f"dense_rank() over (partition by {within} order by {by})"
            made += f", case when {by} is not null then {ranked} end as {place[step.wanted.name]}"
    # The layer before holds them too, empty; the new ones take their place.
    emptied = ", ".join(f"w{step.number}" for step in plan.steps if step.column.number is not None)
    return f"select *{f' exclude ({emptied})' if emptied else ''}{made} from settled"


def _valued(plan: Plan, values: Values) -> str:
    mapped = {step.wanted.name: f"w{step.number}" for step in plan.steps}
    cells = {column.name: f"cast(null as {column.type})" for column in plan.contract.columns} | mapped
    extra = _extra(plan, values)
    row_hash = _row_hash(plan, mapped, extra, values)
    if plan.made_key:
        cells[plan.made_key] = row_hash if plan.mapping.key == "row_hash" else _row_number(plan, values)
        row_hash = f"md5(concat_ws(chr(31), {cells[plan.made_key]}, {row_hash}))"
    faults = [f"when {_unreadable(step)} then {step.number}" for step in plan.steps]
    faults += [f"when {mapped[name]} is null then -{mapped[name][1:]}" for name in plan.contract.key if name in mapped]
    named = ", ".join(f"{cell} as {identifier(name)}" for name, cell in cells.items())
    texts = "".join(f", s{step.number}" for step in plan.steps)
    texts += "".join(f", c{place}" for place in plan.header.positions.values())
    number = "" if plan.is_straight else "_record_number, "
    return (
        f"select {number}{named}, cast({extra} as JSON) as _extra, {row_hash} as _row_hash,"
        f" case {' '.join(faults)} end as _fault{texts} from numbered"
    )


def _row_hash(plan: Plan, mapped: Mapping[str, str], extra: str, values: Values) -> str:
    """Of the values that are there, with their names: a column that a contract gains does not change it."""
    parts = [
        f"{values.bind(name + '=')} || cast({mapped[name]} as VARCHAR)"
        for name in plan.contract.column_names
        if name in mapped
    ]
    if plan.header.extra:
        parts.append(f"'_extra=' || {extra}")
    return f"md5(concat_ws(chr(31), {', '.join(parts)}))"


def _row_number(plan: Plan, values: Values) -> str:
    """A snapshot's rows are told by their number alone, those of other modes by their delivery too."""
    number = "cast(_record_number as VARCHAR)"
    if (plan.mapping.mode or plan.contract.mode) == "snapshot":
        return number
    return f"{values.bind(str(plan.as_of_date))} || '-' || {number}"


def _unreadable(step: Step) -> str:
    """Something stands in the cell that regex, label table, format or days cannot read."""
    column, tests = step.column, []
    if column.regex and column.regex.unmatched == "reject":
        tests.append(f"({step.at('s')} is not null and {step.at('r')} is null)")
    if column.lookup is not None:
        tests.append(f"(nullif({step.at('r')}, '') is not null and {step.at('l')} is null)")
    if column.format not in _NULL_BY_DESIGN:
        missing = f" and (p{step.number} is not null or v{step.number} is null)" if column.added_from else ""
        tests.append(f"({step.text} is not null and w{step.number} is null{missing})")
    return "(" + (" or ".join(tests) or "false") + ")"


def _extra(plan: Plan, values: Values) -> str:
    """Columns that nobody knows, as JSON text without empty cells; NULL where there are none."""
    if not plan.header.extra:
        return "cast(null as VARCHAR)"
    pairs = ", ".join(f"{values.bind(name)}, c{plan.header.positions[name]}" for name in plan.header.extra)
    return f"nullif(cast(json_merge_patch('{{}}', json_object({pairs})) as VARCHAR), '{{}}')"
