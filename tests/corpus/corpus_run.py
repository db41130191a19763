"""Delivers every case by the road: one inbox, one run for what was there before, one for the cases.

Each case is an instance, so that they cannot touch each other; that none of them stops the others is shown on the way.
Audits and processes of their own for readers cost most of the time, so that only cases that ask for it are audited, and
all are read here: `audit_where_asked`. The long test walks the road as it is.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from corpus_case import BEFORE, Case

from expectations.gate import open_gate
from expectations.suite import load_suites
from ingest.contracts import ExportContract, load_contracts
from ingest.delivery import AuditReportLike, Delivery, DeliveryFacts, LoadResult
from ingest.errors import PartnerKpiError
from ingest.load import Arrival, Intake
from ingest.sql import identifier, table_name
from ingest.warehouse import open_warehouse
from partner_kpi.audit import audit_with
from partner_kpi.road import load, pull
from partner_kpi.settings import Settings

EARLIER = "2026-01-31"
Rows = list[tuple[Any, ...]]


@dataclass(kw_only=True)
class Became:
    """What became of one case."""

    result: LoadResult | None = None
    problem: PartnerKpiError | None = None
    delivered: Path
    before: Rows = field(default_factory=list)
    after: Rows = field(default_factory=list)
    rejected: Rows = field(default_factory=list)

    @property
    def words(self) -> str:
        """All that a person is told of it."""
        if self.result is None:
            return str(self.problem or "")
        said = [self.result.reason or "", *(rule.message for rule in self.result.warnings)]
        return " ".join(said)


Load = Callable[[Settings, Sequence[Case], tuple[Delivery, ...]], list[LoadResult]]


@dataclass(frozen=True, kw_only=True)
class NotAudited:
    """An audit that was not asked for."""

    failures: tuple[()] = ()
    warnings: tuple[()] = ()
    suite_version: str = ""
    passed: bool = True


def audit_where_asked(settings: Settings, cases: Sequence[Case], deliveries: tuple[Delivery, ...]) -> list[LoadResult]:
    """The road's step, with the real gate for the cases that ask for it."""
    contracts = load_contracts()
    suites = load_suites(contracts)
    asked = {case.name for case in cases if case.gated or (case.rule and not case.rule.startswith("parse."))}
    with open_gate() as gate, open_warehouse(settings.warehouse) as connection:
        real = audit_with(gate, suites)

        def audit(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> AuditReportLike:
            return real(candidate, facts, contract) if facts.instance in asked else NotAudited()

        intake = Intake(connection=connection, home=settings.home, audit=audit, run_id="corpus")
        return list(
            intake.take_in(
                Arrival(
                    delivery=each,
                    contract=contracts.exports[each.export],
                    suite_version=suites[contracts.exports[each.export].source].version,
                )
                for each in deliveries
            )
        )


def audit_all(settings: Settings, cases: Sequence[Case], deliveries: tuple[Delivery, ...]) -> list[LoadResult]:
    """The road's step as it is."""
    return load(settings, deliveries, run_id="corpus", loaded=lambda result: None)


def run_corpus(cases: Sequence[Case], folder: Path, load_step: Load = audit_where_asked) -> dict[str, Became]:
    """Two runs over one inbox; gives what became of every case."""
    settings = Settings(home=folder / "home", inbox=folder / "inbox")
    settings.vendors.mkdir(parents=True)
    became = {}
    for case in cases:
        place = settings.inbox / case.name
        place.mkdir(parents=True)
        (settings.vendors / f"{case.name}.yaml").write_text(
            case.vendor or _vendor(case), encoding="utf-8", errors="surrogateescape"
        )
        became[case.name] = Became(delivered=place / case.file)
    _take_in_before(cases, settings, load_step)
    before = _raw(settings, cases)
    for case in cases:
        _lay(case, became[case.name].delivered)
    problems, results = _take_in(settings, cases, load_step)
    for result in results:
        assert became[result.instance].result is None, "one file, one verdict"
        became[result.instance].result = result
    for problem in problems:
        for name, each in became.items():
            if re.search(rf"/{name}(/|\.yaml| )", str(problem)):
                each.problem = problem
    after, rejected = _raw(settings, cases), _rejected(settings)
    for name, each in became.items():
        each.before, each.after = before[name], after[name]
        each.rejected = rejected.get(each.result.load_seq, []) if each.result else []
    return became


def count_csv(path: Path, reads: Mapping[str, Any]) -> int:
    """Records without the header, as Python's csv module sees them; blank lines are none."""
    data, encoding = path.read_bytes(), reads.get("encoding", "utf-8")
    for mark, found in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            encoding = found
    text = data.decode(encoding)
    delimiter = reads.get("delimiter") or max(",;\t|", key=text.split("\n", 1)[0].count)
    quote = reads.get("quote", '"')
    quoting = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    return sum(1 for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, **quoting) if row) - 1


def _vendor(case: Case) -> str:
    """The case's mapping, in the generic shape unless it says otherwise; JSON is YAML."""
    file = {"pattern": case.pattern, **case.reads, "exports": {case.export: {"mode": "delta", **case.maps}}}
    laid = {"pattern": "before.csv", "as_of": {"fixed": EARLIER}, "exports": {case.export: {"mode": "delta"}}}
    return json.dumps({"files": [laid, file]}, indent=1)


def _take_in_before(cases: Sequence[Case], settings: Settings, load_step: Load) -> None:
    """What each case finds: rows of the case's own by the road, else copies of one load, as audits cost time."""
    own = [case for case in cases if case.before not in (BEFORE, b"")]
    laid = [settings.inbox / case.name / "before.csv" for case in own]
    for case, path in zip(own, laid, strict=True):
        path.write_bytes(case.before)
    seed = Case(name="seed", odd="Nothing.", data=BEFORE, outcome="accepted")
    (settings.vendors / "seed.yaml").write_text(_vendor(seed), encoding="utf-8")
    (settings.inbox / "seed").mkdir()
    _lay(seed, settings.inbox / "seed" / seed.file)
    _, results = _take_in(settings, [], load_step)
    assert {result.verdict for result in results} == {"accepted"}, results
    for path in laid:
        path.unlink()
    shutil.rmtree(settings.inbox / "seed")
    with open_warehouse(settings.warehouse) as connection:
        for case in cases:
            if case.before == BEFORE:
                connection.execute(
                    "insert into raw_crm.opportunity_history select * replace ($1 as _instance)"
                    " from raw_crm.opportunity_history where _instance = 'seed'",
                    [case.name],
                )


def _lay(case: Case, path: Path) -> None:
    if isinstance(case.data, bytes):
        path.write_bytes(case.data)
    else:
        case.data(path)


def _take_in(
    settings: Settings, cases: Sequence[Case], load_step: Load
) -> tuple[Sequence[PartnerKpiError], list[LoadResult]]:
    found = pull(settings)
    # Policies are part of every pull; here they would only cost time.
    deliveries = tuple(each for each in found.deliveries if each.instance != "policy")
    return found.problems, load_step(settings, cases, deliveries)


def _raw(settings: Settings, cases: Sequence[Case]) -> dict[str, Rows]:
    """The rows that hold now, by case."""
    contracts = load_contracts()
    found = {}
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        for case in cases:
            contract = contracts.exports[case.export]
            names = ", ".join(identifier(name) for name in contract.column_names)
            found[case.name] = connection.execute(
                f"select {names} from {table_name(contract.name)} where _instance = $1 and _superseded_seq is null"
                " and _valid_to is null order by all",
                [case.name],
            ).fetchall()
    return found


def _rejected(settings: Settings) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        for load_seq, *row in connection.execute(
            "select load_seq, line_number, column_name, value from ledger.rejected_rows order by all"
        ).fetchall():
            found.setdefault(load_seq, []).append(tuple(row))
    return found
