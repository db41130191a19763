"""What can be done about a refused delivery: look at its effect, release it, discard it, have it judged again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ingest_desk import Report, Warehouse, accept

from ingest.contracts import ExportContract
from ingest.decisions import read_decisions
from ingest.delivery import Delivery, DeliveryFacts, LoadResult, RuleOutcome
from ingest.errors import PartnerKpiError
from ingest.ledger import read_loads
from ingest.load import take_in
from ingest.parse import effective_contract, parse_delivery
from ingest.quarantine import Case, CaseNotFoundError, find_case, original_of, read_cases
from ingest.quarantine_effect import Effect, effect_of
from ingest.quarantine_release import NotReleasableError, SettledError, discard, release
from ingest.quarantine_retry import RefusedFileError, due_again, refused_delivery

HEAD = "opportunity_id,stage,amount,currency\n"
JANUARY = HEAD + "1,Open,5,USD\n2,Open,6,EUR\n"
FEBRUARY = HEAD + "1,Won,9,USD\n3,Open,six,USD\n4,Open,7,\n"


def refuse(*rules: str) -> Callable[..., Report]:
    """An audit that finds these rules broken."""
    failures = tuple(RuleOutcome(rule_id=rule, severity="critical", message=f"{rule} is broken") for rule in rules)

    def audit(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> Report:
        return Report(failures=failures)

    return audit


def cases(warehouse: Warehouse) -> tuple[Case, ...]:
    return read_cases(read_loads(warehouse.connection), read_decisions(warehouse.connection))


def refused(warehouse: Warehouse, data: str = FEBRUARY, **more: Any) -> Case:
    """January accepted, February refused for its volume; in files that the generic mapping knows."""
    warehouse.take(JANUARY, name="opportunities_2025-01-31.csv")
    name = more.pop("name", "opportunities_2025-02-28.csv")
    warehouse.take(data, as_of="2025-02-28", name=name, audit=refuse("volume"), **more)
    return cases(warehouse)[-1]


def held(warehouse: Warehouse, case: Case, **changes: Any) -> Delivery:
    """The refused delivery as quarantine has it, under the mapping that refused it unless changed."""
    path = original_of(warehouse.home, case.load)
    made = warehouse.desk.delivery(
        path.read_bytes(), {}, export=case.load.export, name=f"again/{path.name}", as_of="2025-02-28"
    )
    return replace(made, path=path, **changes)


def let_go(warehouse: Warehouse, case: Case, *, audit: Callable[..., Report], **more: Any) -> LoadResult:
    return release(
        case, held(warehouse, case), connection=warehouse.connection, home=warehouse.home,
        contract=warehouse.desk.contracts.exports[case.load.export], audit=audit, suite_version="1",
        run_id="release", by="ada", reason="the partner left, we know", **more,
    )  # fmt: skip


def test_a_release_loads_what_can_be_read_and_says_who_waived_what(warehouse: Warehouse) -> None:
    """The rows become raw data, the unreadable one stays rejected, and the ledger names person, reason and rule."""
    case = refused(warehouse)
    result = let_go(warehouse, case, audit=refuse("volume"))
    assert (result.verdict, result.rows_in, result.rows_accepted, result.rows_rejected) == ("accepted", 3, 2, 1)
    assert warehouse.visible("raw_crm.opportunities", "opportunity_id, stage", date(2025, 2, 28), result.load_seq) == [
        ("1", "Won"), ("4", "Open"),
    ]  # fmt: skip
    [decision] = read_decisions(warehouse.connection)
    assert (decision.load_seq, decision.released_load_seq, decision.decided_by) == (2, 3, "ada")
    assert decision.reason == "the partner left, we know"
    assert [rule.rule_id for rule in decision.waived_rules] == ["volume"]
    loads = read_loads(warehouse.connection)
    assert [(row.verdict, [rule.rule_id for rule in row.failed_rules]) for row in loads] == [
        ("accepted", []), ("quarantined", ["volume"]), ("accepted", ["volume"]),
    ]  # fmt: skip
    assert cases(warehouse)[0].state == "released"


def test_a_released_delivery_is_known(warehouse: Warehouse) -> None:
    """The same file in the inbox is a duplicate of the released load, and cannot be released twice."""
    case = refused(warehouse)
    let_go(warehouse, case, audit=refuse("volume"))
    again = warehouse.take(FEBRUARY, as_of="2025-02-28", name=case.load.file_name, suite_version="2")
    assert (again.verdict, again.load_seq) == ("duplicate", 3)
    with pytest.raises(SettledError, match="released as load 3"):
        let_go(warehouse, cases(warehouse)[0], audit=refuse("volume"))


def test_a_file_that_cannot_be_parsed_cannot_be_released(warehouse: Warehouse) -> None:
    """The error says why and what to do; nothing is written."""
    case = refused(warehouse, "opportunity_id,stages\n1,Open\n")
    with pytest.raises(NotReleasableError, match=r"cannot be read at all: .*misses \"stage\".*Mend the mapping"):
        let_go(warehouse, case, audit=accept)
    assert read_decisions(warehouse.connection) == []
    assert len(read_loads(warehouse.connection)) == 2


def test_conflicting_rows_cannot_be_released(warehouse: Warehouse) -> None:
    """History has one row per key: which of them counts is the mapping's to say."""
    case = refused(warehouse, HEAD + "1,Open,5,USD\n1,Won,5,USD\n")
    with pytest.raises(NotReleasableError, match="on_duplicate"):
        let_go(warehouse, case, audit=refuse("volume"))


def test_a_rule_that_nobody_saw_is_not_waived_by_the_way(warehouse: Warehouse) -> None:
    """What fails only today is named, with the option that waives it too."""
    case = refused(warehouse)
    with pytest.raises(NotReleasableError, match=r"age is broken\. .*--waive age$"):
        let_go(warehouse, case, audit=refuse("volume", "age"))
    assert let_go(warehouse, case, audit=refuse("volume", "age"), also_waived=("age",)).verdict == "accepted"


def test_a_failed_commit_leaves_no_decision(warehouse: Warehouse) -> None:
    """Rows, ledger entry and decision of a release come together or not at all."""
    case = refused(warehouse)
    warehouse.connection.execute("alter table ledger.rejected_rows rename to hidden")
    with pytest.raises(Exception, match="rejected_rows"):
        let_go(warehouse, case, audit=refuse("volume"))
    assert read_decisions(warehouse.connection) == []
    assert cases(warehouse)[0].state == "open"


def test_a_discarded_delivery_is_settled_whatever_judges_it(warehouse: Warehouse) -> None:
    """It is known even to changed rules, its file and reason stay, and a person may still release it."""
    case = refused(warehouse)
    discard(case, connection=warehouse.connection, by="ada", reason="sent by mistake")
    [settled] = cases(warehouse)
    assert (settled.state, settled.decision and settled.decision.reason) == ("discarded", "sent by mistake")
    again = warehouse.take(FEBRUARY, as_of="2025-02-28", name=case.load.file_name, suite_version="2")
    assert (again.verdict, again.load_seq) == ("duplicate", 2)
    assert original_of(warehouse.home, case.load).read_text() == FEBRUARY
    assert original_of(warehouse.home, case.load).with_name("reason.json").is_file()
    with pytest.raises(SettledError, match="was discarded"):
        discard(settled, connection=warehouse.connection, by="ada", reason="again")
    assert let_go(warehouse, settled, audit=refuse("volume")).verdict == "accepted"


def test_rejected_rows_of_a_refused_delivery_are_in_the_ledger(warehouse: Warehouse) -> None:
    """Every record of every load is accounted for, whatever its verdict."""
    refused(warehouse)
    assert warehouse.query("select load_seq, line_number, value from ledger.rejected_rows") == [(2, 3, "six")]


def test_the_effect_of_a_refusal(warehouse: Warehouse) -> None:
    """Keys new, changed and gone against the rows of that date, with the money on both sides by currency."""
    case = refused(warehouse)
    effect = measured(warehouse, case)
    assert (effect.new, effect.changed, effect.gone, effect.same) == (1, 1, 1, 0)
    assert effect.examples == {"new": ("4",), "changed": ("1",), "gone": ("2",)}
    assert [(money.currency, money.delivered, money.held) for money in effect.money] == [
        ("EUR", Decimal(0), Decimal(6)), ("USD", Decimal(9), Decimal(5)), (None, Decimal(7), Decimal(0)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "counts"),
    [({"mode": "delta"}, (1, 1, 0, 0)), ({"mode": "append"}, (1, 0, 0, 1))],
)
def test_the_effect_follows_the_mode(
    mapping: dict[str, Any], counts: tuple[int, int, int, int], warehouse: Warehouse
) -> None:
    """A delta ends no key that it does not hold; an append delivery changes none either."""
    effect = measured(warehouse, refused(warehouse), mapping)
    assert (effect.new, effect.changed, effect.gone, effect.same) == counts


def measured(warehouse: Warehouse, case: Case, mapping: dict[str, Any] | None = None) -> Effect:
    delivery = warehouse.desk.delivery(FEBRUARY, mapping or {}, export=case.load.export, as_of="2025-02-28")
    contract = effective_contract(delivery, warehouse.desk.contracts.exports[case.load.export])
    parsed = parse_delivery(delivery, contract, warehouse.desk.folder / "out")
    return effect_of(warehouse.connection, delivery, contract, parsed)


def generic(warehouse: Warehouse) -> None:
    """The instance's own mapping: the generic shape."""
    vendors = warehouse.home / "vendors"
    vendors.mkdir(exist_ok=True)
    (vendors / "one.yaml").write_text("extends: generic\n", encoding="utf-8")


def due(warehouse: Warehouse, *present: Delivery, suite: str = "1") -> list[Delivery]:
    contracts = warehouse.desk.contracts
    inbox = due_again(
        warehouse.home, cases(warehouse), contracts=contracts, home_vendors=warehouse.home / "vendors",
        suite_versions={contract.source: suite for contract in contracts.exports.values()}, present=present,
    )  # fmt: skip
    assert not inbox.problems
    return list(inbox.deliveries)


def test_a_refused_file_is_due_again_once_what_judged_it_changed(warehouse: Warehouse) -> None:
    """From the bytes in quarantine, though the inbox has the file no more; and not again when it was judged."""
    case = refused(warehouse)
    generic(warehouse)
    [delivery] = due(warehouse)
    assert (delivery.sha256, delivery.as_of_date) == (case.load.sha256, date(2025, 2, 28))
    assert delivery.received_at == case.load.received_at
    result = take(warehouse, delivery, audit=refuse("volume"))
    assert result.verdict == "quarantined"
    assert [case.state for case in cases(warehouse)] == ["judged again", "open"]
    assert due(warehouse) == []
    [delivery] = due(warehouse, suite="2")
    assert take(warehouse, delivery, audit=accept, suite_version="2").verdict == "accepted"
    assert [(case.state, case.settled_by) for case in cases(warehouse)] == [("accepted", 4), ("accepted", 4)]


def test_what_is_not_due_again(warehouse: Warehouse) -> None:
    """Not what still lies in the inbox, what a later delivery of its date corrected, or what was discarded."""
    case = refused(warehouse)
    generic(warehouse)
    [delivery] = due(warehouse)
    assert due(warehouse, delivery) == []
    warehouse.take(HEAD + "1,Won,9,USD\n", as_of="2025-02-28", name=case.load.file_name)
    assert cases(warehouse)[0].outdated_by == 3
    assert due(warehouse) == []
    warehouse.take(FEBRUARY, as_of="2025-03-31", name="opportunities_2025-03-31.csv", audit=refuse("volume"))
    assert len(due(warehouse)) == 1
    discard(cases(warehouse)[-1], connection=warehouse.connection, by="ada", reason="sent by mistake")
    assert due(warehouse) == []


def test_a_file_that_was_touched_in_quarantine_is_not_taken_for_the_refused_one(warehouse: Warehouse) -> None:
    """Other bytes than those that were refused, or none, are a sentence, not a delivery."""
    case = refused(warehouse)
    generic(warehouse)
    place = {"contracts": warehouse.desk.contracts, "home_vendors": warehouse.home / "vendors"}
    original_of(warehouse.home, case.load).write_text(JANUARY)
    with pytest.raises(RefusedFileError, match="its bytes have changed"):
        refused_delivery(warehouse.home, case.load, **place)
    original_of(warehouse.home, case.load).unlink()
    with pytest.raises(RefusedFileError, match=r"Deliver opportunities_2025-02-28\.csv again"):
        refused_delivery(warehouse.home, case.load, **place)


@pytest.mark.parametrize("name", ["reason.json", "rejected.parquet", "original"])
def test_a_file_named_like_one_of_ours_keeps_its_bytes(name: str, warehouse: Warehouse) -> None:
    """The refused bytes and our own files never share a place in quarantine."""
    case = refused(warehouse, name=name)
    assert original_of(warehouse.home, case.load).read_text() == FEBRUARY


def test_a_case_is_called_by_number_or_by_the_beginning_of_its_name(warehouse: Warehouse) -> None:
    """Export, instance and date in one; what fits nothing or several is answered with what there is."""
    refused(warehouse)
    warehouse.take(FEBRUARY, as_of="2025-03-31", audit=refuse("volume"), name="march.csv")
    found = cases(warehouse)
    assert find_case(found, "2") == find_case(found, "crm.opportunities/one/2025-02") == found[0]
    with pytest.raises(PartnerKpiError, match=r"means several refused deliveries: there are 2 \("):
        find_case(found, "crm.opp")
    with pytest.raises(CaseNotFoundError, match=r"3 \(crm\.opportunities/one/2025-03-31\)"):
        find_case(found, "prm.partners")


def take(
    warehouse: Warehouse, delivery: Delivery, *, audit: Callable[..., Report], suite_version: str = "1"
) -> LoadResult:
    return take_in(
        delivery, connection=warehouse.connection, home=warehouse.home, audit=audit, run_id="run",
        contract=warehouse.desk.contracts.exports[delivery.export], suite_version=suite_version,
    )  # fmt: skip
