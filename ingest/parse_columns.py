"""From a plain text file to the text of every canonical column, as layers of one SELECT.

records (text by position) -> rows (filter, unpivot) -> sourced (source texts) -> matched (regex) -> labelled
(lookup, prefix). What the texts become is `ingest.parse_values`'; running it, counting and writing files is
`ingest.parse`'s.
"""

# ruff: noqa: S608 - names are made here or quoted, values are bound

from __future__ import annotations

from ingest.mapping_column import ColumnMapping
from ingest.parse_plan import Plan
from ingest.sql import Values, exact_path, text_literal

# In bytes. Of its own accord the reader would take buffers of sixteen lines, and several of them at once.
_LONGEST_LINE = 32 * 1024**2
_EMPTY = "cast(null as VARCHAR)"


def records_sql(plan: Plan, values: Values, *, is_numbered: bool) -> str:
    """Every record as trimmed text, empty as NULL; numbered from 1 where that is asked for.

    Numbering makes one thread read the file and do all that follows.
    """
    names = [f"c{place}" for place in range(len(plan.header.names))]
    columns = "{" + ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in names) + "}"
    number = ["row_number() over () as _record_number"] if is_numbered else []
    used = [f"{_trimmed(f'c{place}')} as c{place}" for place in sorted(set(plan.header.positions.values()))]
    path, delimiter = values.bind(exact_path(plan.text.path)), values.bind(plan.header.delimiter)
    quote = values.bind(plan.quote)
    return (
        f"select {', '.join([*number, *used])}"
        f" from read_csv({path}, columns = {columns}, auto_detect = false, header = true,"
        f" delim = {delimiter}, quote = {quote}, escape = {quote},"
        " new_line = '\\n', strict_mode = true, null_padding = false, ignore_errors = false,"
        f" max_line_size = {_LONGEST_LINE}, buffer_size = {2 * _LONGEST_LINE})"
    )


def _trimmed(cell: str) -> str:
    """Without white space around, NULL where nothing is left.

    Most cells have none, and looking is ten times cheaper than trimming: what begins with white space sorts
    before `!`.
    """
    ends = " or ".join(f"ends_with({cell}, '{mark}')" for mark in (" ", "\t", "\n", "\r"))
    return f"case when {cell} < '!' or {ends} then nullif(trim({cell}, ' \t\n\r'), '') else {cell} end"


def text_layers(plan: Plan, values: Values, *, is_numbered: bool = False) -> dict[str, str]:
    """The layers up to `labelled`, by name and in order; each reads the one before."""
    return {
        "records": records_sql(plan, values, is_numbered=is_numbered),
        "rows": _rows(plan, values),
        "sourced": _sourced(plan, values),
        "matched": _matched(plan, values),
        "labelled": _labelled(plan, values),
    }


def with_list(layers: dict[str, str]) -> str:
    """The layers as a WITH clause."""
    return "with " + ", ".join(f"{name} as ({sql})" for name, sql in layers.items()) + " "


def source(plan: Plan, header: str) -> str:
    """SQL of the trimmed text under a header; NULL where an optional header is missing."""
    unpivot = plan.mapping.unpivot
    if unpivot and header in (unpivot.name, unpivot.value):
        return "_wide.n" if header == unpivot.name else "_wide.v"
    place = plan.header.positions.get(header)
    return _EMPTY if place is None else f"c{place}"


def _rows(plan: Plan, values: Values) -> str:
    tests = []
    for test in plan.mapping.rows:
        if test.optional and test.column not in plan.header.positions:
            continue
        cell = f"c{plan.header.positions[test.column]}"
        if test.not_empty:
            tests.append(f"{cell} is not null")
        elif test.in_:
            tests.append(f"coalesce({cell}, '') in ({_list(test.in_, values)})")
        else:
            tests.append(f"coalesce({cell}, '') not in ({_list(test.not_in, values)})")
    kept = "select * from records" + (" where " + " and ".join(tests) if tests else "")
    unpivot = plan.mapping.unpivot
    if unpivot is None:
        return kept
    wide = ", ".join(
        f"{{'n': {values.bind(name)}, 'v': c{plan.header.positions[header]}}}"
        for header, name in plan.header.wide.items()
    )
    empty = f" and _wide.v not in ({_list(unpivot.sentinels, values)})" if unpivot.sentinels else ""
    return f"select * from (select *, unnest([{wide}]) as _wide from ({kept})) where _wide.v is not null{empty}"


def _sourced(plan: Plan, values: Values) -> str:
    texts = "".join(f", {_source_text(plan, step.column, values)} as s{step.number}" for step in plan.steps)
    return f"select *{texts} from rows"


def _source_text(plan: Plan, column: ColumnMapping, values: Values) -> str:
    if column.fixed is not None:
        return f"cast({values.bind(column.fixed)} as VARCHAR)"
    if column.number is not None:
        return _EMPTY
    headers = (column.from_,) if column.from_ is not None else column.first_of
    cells = [_cell(plan, column, header, values) for header in headers]
    return cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"


def _cell(plan: Plan, column: ColumnMapping, header: str, values: Values) -> str:
    """The text under a header, NULL where it means nothing; where the mapping gives a text for it, that one."""
    cell = source(plan, header)
    if column.sentinels:
        cell = f"case when {cell} not in ({_list(column.sentinels, values)}) then {cell} end"
    if header in column.given:
        cell = f"case when {cell} is not null then {values.bind(column.given[header])} end"
    return cell


def _matched(plan: Plan, values: Values) -> str:
    parts = ""
    for step in plan.steps:
        if regex := step.column.regex:
            pattern = values.bind(regex.pattern)
            parts += (
                f", case when regexp_matches({step.at('s')}, {pattern})"
                f" then regexp_extract({step.at('s')}, {pattern}, {regex.group}) end as r{step.number}"
            )
    return f"select *{parts} from sourced"


def _labelled(plan: Plan, values: Values) -> str:
    parts = ""
    for step in plan.steps:
        text, column = f"nullif({step.at('r')}, '')", step.column
        if column.lookup is not None:
            text = _looked_up(text, column, column.lookup, values)
        if column.prefix:
            text = f"{values.bind(column.prefix)} || nullif({text}, '')"
        if column.lookup is not None or column.prefix:
            parts += f", {text} as l{step.number}"
    return f"select *{parts} from matched"


def _looked_up(text: str, column: ColumnMapping, table: dict[str, str], values: Values) -> str:
    cases = " ".join(f"when {values.bind(k)} then {values.bind(v)}" for k, v in table.items())
    if column.otherwise is not None:
        cases += f" else case when {text} is not null then {values.bind(column.otherwise)} end"
    if column.keep_others:
        cases += f" else {text}"
    return f"cast(case {text} {cases} end as VARCHAR)"


def _list(items: tuple[str, ...], values: Values) -> str:
    return ", ".join(values.bind(item) for item in items)
