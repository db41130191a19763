"""The corpus: deliveries as the wild has them. Each is taken in whole, or refused with words that help."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus_case import Case
from corpus_cases import CASES
from corpus_run import Became, audit_all, count_csv, run_corpus

from ingest.contracts import load_contracts
from ingest.errors import DeliveryError, FileChangedError

OF_THE_PROGRAM = re.compile(r"Traceback|\bduckdb\b|Exception|Error:|<class|\.py\b| at 0x|\bNone\b|has no words")


@pytest.fixture(scope="module")
def became(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Became]:
    """What became of the cases that are asked for."""
    params = [getattr(getattr(item, "callspec", None), "params", {}) for item in request.session.items]
    asked = [each["case"] for each in params if isinstance(each.get("case"), Case)]
    return run_corpus(asked, tmp_path_factory.mktemp("corpus"))


def test_the_corpus_has_names_of_its_own() -> None:
    """At least eighty deliveries, each with a name, a sentence and a verdict with its words."""
    assert len({case.name for case in CASES}) == len(CASES) >= 80
    assert all(case.odd.endswith(".") for case in CASES)
    assert all(
        case.says and (case.rule or case.outcome == "not taken in") for case in CASES if case.outcome != "accepted"
    )


def test_every_refusal_of_the_reader_has_a_case() -> None:
    """So that a check that is taken out lets something through that a case refuses.

    A file that changes meanwhile and a reading that is too much for the machine are shown in `tests/ingest`.
    """
    refusals = {kind.rule for kind in DeliveryError.__subclasses__() if kind.__module__ == "ingest.errors"}
    assert refusals - {FileChangedError.rule} <= {case.rule for case in CASES}


@pytest.mark.long
def test_the_whole_gate_says_the_same(tmp_path: Path) -> None:
    """With every delivery audited, as on the road, each case ends as it does here."""
    for name, found in run_corpus(CASES, tmp_path, audit_all).items():
        check_case(next(case for case in CASES if case.name == name), found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_delivery_ends_as_it_must(became: dict[str, Became], case: Case) -> None:
    """Verdict, words, counts that add up, last good data and kept bytes, for each case of the corpus."""
    check_case(case, became[case.name])


def check_case(case: Case, found: Became) -> None:
    check_words(case, found)
    if case.outcome == "not taken in":
        assert (found.result, found.after) == (None, found.before)
        return
    assert found.result is not None, found.problem
    assert found.result.verdict == case.outcome, found.words
    check_counts(case, found)
    if case.outcome == "quarantined":
        assert found.result.quarantine is not None
        assert found.delivered.read_bytes() in kept_bytes(found.result.quarantine, case.file)
        assert found.after == found.before, "a refusal leaves the last good data"


def kept_bytes(folder: Path, name: str) -> Iterator[bytes]:
    """What is kept under the name of a delivery, or of a part in the zip that parts are kept as."""
    for path in folder.rglob("*"):
        if path.name == name:
            yield path.read_bytes()
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as kept:
                yield from (kept.read(member) for member in kept.namelist() if member == name)


def check_words(case: Case, found: Became) -> None:
    """They name the file and the rule, hold what the case asks for, and nothing of the program's inside."""
    for piece in case.says:
        assert piece in found.words
    assert not OF_THE_PROGRAM.search(found.words), found.words
    assert "\n" not in found.words
    if case.outcome != "accepted":
        shown = " ".join(case.file.encode(errors="surrogateescape").decode(errors="backslashreplace").split())
        assert shown in found.words or f"{case.name}.yaml" in found.words
    if found.result is not None and case.rule:
        told = found.result.failed_rules if case.outcome == "quarantined" else found.result.warnings
        assert case.rule in [rule.rule_id for rule in told]


def check_counts(case: Case, found: Became) -> None:
    """Every row is accounted for, by the ledger and by somebody else's count of the file."""
    result = found.result
    assert result is not None
    counts = (result.rows_in, result.rows_accepted, result.rows_rejected, result.rows_collapsed)
    assert counts == case.rows, found.words
    assert result.rows_in == result.rows_accepted + result.rows_rejected + result.rows_collapsed
    if case.rows != (0, 0, 0, 0):
        assert (case.count or count_csv)(found.delivered, case.reads) == result.rows_in
    assert tuple(found.rejected) == case.rejected
    if case.outcome == "accepted" and case.holds:
        names = load_contracts().exports[case.export].column_names
        new = [dict(zip(names, row, strict=True)) for row in found.after if row not in found.before]
        assert {column: [row[column] for row in new] for column in case.holds} == dict(case.holds)
