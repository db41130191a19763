"""How refused deliveries look in a terminal. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.decisions import Decision
from ingest.delivery import LoadResult
from ingest.quarantine_effect import Money
from partner_kpi.quarantine_desk import CaseDetails, Entry
from partner_kpi.rejections import Rejection
from partner_kpi.terminal import wide_console
from publish.kpi_sources import FedKpi


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
            f"[bold red]{state_of(entry)}[/]" if entry.stands else state_of(entry),
            ", ".join(rule.rule_id for rule in row.failed_rules),
        )
    console.print(table)
    console.print(f"\npartner-kpi quarantine show ID opens one.{more}")


def show_details(details: CaseDetails) -> None:
    """One refusal, top to bottom: what, why, what it means, what to do."""
    console = wide_console()
    row, number = details.entry.case.load, details.entry.case.load.load_seq
    rows = f"{row.rows_in:,} rows in, {row.rows_rejected:,} rejected" if row.rows_in else "not read"
    state = state_of(details.entry)
    _lines(
        console,
        f"Load {number}: {row.export} of {row.instance}, as of {row.as_of_date or 'unknown'}; {state}",
        f"  file     {details.file}",
        f"  refused  {row.committed_at:%Y-%m-%d %H:%M} UTC, {rows}",
        *(_decided(details.entry.case.decision) if details.entry.case.decision else ()),
    )
    _lines(console, "", "Rules that do not hold", *(f"  - {r.rule_id}: {r.message}" for r in row.failed_rules))
    if details.rejected:
        _lines(console, "", f"Rows that cannot be read ({row.rows_rejected:,})", *_rejected(details.rejected))
    _lines(console, "", "While it is outside", *(f"  {line}" for line in differences(details)))
    if details.effect and details.effect.money:
        console.print(_money(details.effect.money))
    _lines(console, "", stands_without(details))
    if details.kpis:
        console.print(_kpis(details.kpis))
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


def state_of(entry: Entry) -> str:
    """Where a refusal stands, in a few words."""
    case = entry.case
    if case.state == "open":
        return "stands refused" if entry.stands else "open, newer data was accepted"
    return f"{case.state} (load {case.settled_by})" if case.settled_by else case.state


def _decided(decision: Decision) -> tuple[str, ...]:
    waived = ", ".join(rule.rule_id for rule in decision.waived_rules)
    said = f"  {decision.decision} {decision.decided_at:%Y-%m-%d %H:%M} UTC by {decision.decided_by}: {decision.reason}"
    return (said, f"  waived   {waived}") if waived else (said,)


def differences(details: CaseDetails) -> list[str]:
    """A sentence per kind of difference between the delivery and what holds; money has a table of its own."""
    effect = details.effect
    if effect is None:
        return [f"What it holds cannot be said: {details.no_effect}"]
    words = {"new": "not known", "changed": "not as it says", "gone": "still counted, though it no longer holds them"}
    counts = {"new": effect.new, "changed": effect.changed, "gone": effect.gone}
    sentences = []
    for kind, count in counts.items():
        if count:
            few = effect.examples.get(kind, ())
            example = f" ({', '.join(few)}{', ...' if count > len(few) else ''})" if few else ""
            sentences.append(f"{count:,} {kind}: {words[kind]}{example}")
    return sentences or ["nothing differs: its rows are those that hold"]


def stands_without(details: CaseDetails) -> str:
    """The heading over the KPIs that wait for the delivery."""
    through = sorted({str(kpi.data_through) for kpi in details.kpis if kpi.data_through})
    if not details.kpis:
        return f"No published KPI is computed from {details.entry.case.load.export}."
    reach = f", with data through {' or '.join(through)}" if through else ""
    return f"{len(details.kpis)} KPIs stand without it{reach}"


def _rejected(found: tuple[Rejection, ...]) -> Iterator[str]:
    for each in found:
        for row in each.examples:
            yield f"  {row.place}: {each.column_name} = {row.value!r} ({each.rule})"
        if each.rows > len(each.examples):
            yield f"  and {each.rows - len(each.examples):,} more rows with such a {each.column_name} ({each.rule})"


def _money(found: tuple[Money, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 2))
    for name in ("money in those rows", "currency"):
        table.add_column(name, no_wrap=True)
    for name in ("as delivered", "as it stands", "difference"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in found:
        amounts = (each.delivered, each.held, each.delivered - each.held)
        table.add_row(each.column, each.currency or "none", *(f"{amount:,.2f}" for amount in amounts))
    return table


def _kpis(found: tuple[FedKpi, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 2))
    table.add_column("KPI", no_wrap=True)
    table.add_column("of everybody", overflow="fold")
    table.add_column("window", no_wrap=True)
    table.add_column("stands at", justify="right", no_wrap=True)
    for kpi in found:
        table.add_row(*map(escape, (kpi.kpi_code, kpi.measure, kpi.period, kpi.value)))
    return table


def _lines(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
