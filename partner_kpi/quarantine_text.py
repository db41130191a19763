"""How refused deliveries look in a terminal. Nothing is computed here."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ingest.decisions import Decision
from ingest.delivery import LoadResult
from ingest.quarantine_effect import Effect
from partner_kpi.quarantine_desk import CaseDetails, Entry
from partner_kpi.terminal import wide_console


def show_entries(entries: tuple[Entry, ...], *, settled: int) -> None:
    """A line per refused load."""
    console = wide_console()
    more = f" {settled} settled: --all shows them." if settled else ""
    if not entries:
        console.print(f"Nothing waits in quarantine.{more}")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "export", "instance", "as of", "file", "state", "rules"):
        table.add_column(name, overflow="fold", no_wrap=name in ("id", "as of"))
    for entry in entries:
        row = entry.case.load
        table.add_row(
            str(row.load_seq),
            row.export,
            row.instance,
            str(row.as_of_date or ""),
            row.file_name,
            f"[bold red]{_state(entry)}[/]" if entry.stands else _state(entry),
            ", ".join(rule.rule_id for rule in row.failed_rules),
        )
    console.print(table)
    console.print(f"\npartner-kpi quarantine show ID opens one.{more}")


def show_details(details: CaseDetails) -> None:
    """One refusal, top to bottom: what, why, what it means, what to do."""
    console = wide_console()
    row, number = details.entry.case.load, details.entry.case.load.load_seq
    rows = f"{row.rows_in:,} rows in, {row.rows_rejected:,} rejected" if row.rows_in else "not read"
    _lines(
        console,
        f"Load {number}: {row.export} of {row.instance}, as of {row.as_of_date or 'unknown'}; {_state(details.entry)}",
        f"  file     {details.file}",
        f"  refused  {row.committed_at:%Y-%m-%d %H:%M} UTC, {rows}",
        *(_decided(details.entry.case.decision) if details.entry.case.decision else ()),
    )
    _lines(console, "", "Rules that do not hold", *(f"  - {r.rule_id}: {r.message}" for r in row.failed_rules))
    if details.rejected:
        shown = f"Rows that cannot be read ({row.rows_rejected:,}, the first {len(details.rejected)})"
        cells = (f"  line {r.line_number}: {r.column_name} = {r.value!r} ({r.rule})" for r in details.rejected)
        _lines(console, "", shown, *cells)
    _lines(console, "", "While it is outside", *_effect(details))
    outdated = details.entry.case.outdated_by
    if outdated:
        _lines(
            console, "", f"Load {outdated} brought another file for that date since; a release puts this one over it."
        )
    if details.entry.case.state == "open":
        _lines(console, "", *what_to_do(number))


def what_to_do(load_seq: int) -> tuple[str, ...]:
    """The ways out of quarantine."""
    return (
        "Deliver a corrected file, or mend the mapping or the rules, and run again; or decide:",
        f'  partner-kpi quarantine release {load_seq} --reason "..."   waive the rules and load it',
        f'  partner-kpi quarantine discard {load_seq} --reason "..."   leave it outside for good',
    )


def released(result: LoadResult) -> str:
    """The sentence after a release."""
    waived = ", ".join(rule.rule_id for rule in result.failed_rules) or "no rule, for all hold now"
    return (
        f"{result.file_name} was loaded as load {result.load_seq}: {result.rows_accepted:,} rows accepted, "
        f"{result.rows_rejected:,} rejected, {result.rows_collapsed:,} collapsed. Waived: {waived}. "
        "The next `partner-kpi run` publishes it."
    )


def discarded(decision: Decision) -> str:
    """The sentence after a discard."""
    return (
        f"Load {decision.load_seq} is discarded by {decision.decided_by}: it no longer stands refused, and these bytes "
        f"will not be taken in. partner-kpi quarantine show {decision.load_seq} still opens it."
    )


def _state(entry: Entry) -> str:
    case = entry.case
    if case.state == "open":
        return "stands refused" if entry.stands else "open, newer data was accepted"
    return f"{case.state} (load {case.settled_by})" if case.settled_by else case.state


def _decided(decision: Decision) -> tuple[str, ...]:
    waived = ", ".join(rule.rule_id for rule in decision.waived_rules)
    said = f"  {decision.decision} {decision.decided_at:%Y-%m-%d %H:%M} UTC by {decision.decided_by}: {decision.reason}"
    return (said, f"  waived   {waived}") if waived else (said,)


def _effect(details: CaseDetails) -> list[str]:
    if details.effect is None:
        lines = [f"  What it holds cannot be said: {details.no_effect}"]
    else:
        lines = [f"  - {sentence}" for sentence in _differences(details.effect)]
    by_date: dict[str, list[str]] = {}
    for kpi in details.kpis:
        reach = f"stand without it, with data through {kpi.data_through}" if kpi.data_through else "have no data yet"
        by_date.setdefault(reach, []).append(kpi.kpi_code)
    lines += [f"  - {len(codes)} KPIs {reach}: {', '.join(codes)}" for reach, codes in sorted(by_date.items())]
    return lines


def _differences(effect: Effect) -> list[str]:
    words = {"new": "not known", "changed": "not as it says", "gone": "still counted, though it no longer holds them"}
    counts = {"new": effect.new, "changed": effect.changed, "gone": effect.gone}
    sentences = []
    for kind, count in counts.items():
        if count:
            few = effect.examples.get(kind, ())
            example = f" ({', '.join(few)}{', ...' if count > len(few) else ''})" if few else ""
            sentences.append(f"{count:,} {kind}: {words[kind]}{example}")
    sentences += [
        f"{money.column} of those rows: {money.delivered:,.2f} {money.currency or 'without currency'} as delivered, "
        f"{money.held:,.2f} as it stands"
        for money in effect.money
    ]
    return sentences or ["nothing differs: its rows are those that hold"]


def _lines(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
