"""A person erased from a home: nothing that is kept names them, counts stay, and later deliveries bring nobody back."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ingest_desk import RECEIVED, Desk, Report, Warehouse

from ingest.contracts import Contracts, load_contracts
from ingest.delivery import LoadResult, RuleOutcome
from ingest.erased_files import holds_person
from ingest.erased_person import Person
from ingest.erasure import Erasure, NobodyFoundError, erase
from ingest.rebuild import rebuild
from ingest.warehouse import Limits, open_warehouse

LMS = Contracts(exports={name: each for name, each in load_contracts().exports.items() if each.source == "lms"})
LEARNERS = "lms.learners"
PEOPLE = "learner_id,name,email,email_domain,company_id,role,company_since_date\n"
ADA = "L1,Ada Byron,Ada@reef.example,reef.example,c1,Sales,\n"
ADA_MOVED = "L1,Ada King,ada@reef.example,reef.example,c1,Presales,\n"
ALAN = "L2,Alan Mathison,alan@reef.example,reef.example,c1,Sales,\n"
ADA_TORN = "L1,Ada King,ada@reef.example,,,,soon\n"
TORN = "L3,Grace Hopper,grace@reef.example,reef.example,c1,Sales,some day\n"
ENROLLED = (
    "learner_id,course_id,attempt,enrolled_at,status\n"
    "L1,k,1,2025-01-02T10:00:00Z,done\nL2,k,1,2025-01-03T10:00:00Z,done\n"
)
HELD = "certificate_id,learner_id,certification_id,issued_at\nc9,L1,z,2025-01-05T10:00:00Z\n"
COURSES_ONLY = {
    "columns": {"course_id": "course_id"},
    "ignore_columns": ["learner_id", "attempt", "enrolled_at", "status"],
}
OF_ADA = (b"ada byron", b"ada king", b"ada@reef")


def refuse(*_: object) -> Report:
    """An audit that lets nothing through."""
    return Report(failures=(RuleOutcome(rule_id="no", severity="critical", message="no"),))


class Home:
    """A home of a few people, opened for each act as a run would."""

    def __init__(self, folder: Path) -> None:
        self.desk, self.home = Desk(folder=folder / "inbox", contracts=LMS), folder / "home"

    def take(self, data: str, export: str = LEARNERS, **more: Any) -> LoadResult:
        with open_warehouse(self.home / "warehouse.duckdb", contracts=LMS) as connection:
            warehouse = Warehouse(desk=self.desk, home=self.home, connection=connection)
            return warehouse.take(data, export=export, **more)

    def erase(self, who: str = "L1", at: datetime = RECEIVED) -> Erasure:
        warehouse = self.home / "warehouse.duckdb"
        return erase(
            self.home, warehouse, self.desk.contracts, instance="one", who=who, now=at, limits=Limits(memory="500MB")
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.home / "warehouse.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def history(self) -> list[tuple[Any, ...]]:
        return self.ask("select * from raw_lms.learners order by all")

    def holding(self, *words: bytes) -> list[str]:
        """Files with any of the words in them, whatever their letters; Parquet and DuckDB by their cells too."""
        found = [path for path in self.home.rglob("*") if path.is_file() and _holds(path, words)]
        return sorted(path.relative_to(self.home).as_posix() for path in found)


def _holds(path: Path, words: tuple[bytes, ...]) -> bool:
    data = path.read_bytes().lower()
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            data += str(connection.execute("from read_parquet($1)", [str(path)]).fetchall()).lower().encode()
    return any(word in data for word in words)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada in two snapshots and by what she learned, in a rejected row and in a refused file; Alan beside her."""
    folder = tmp_path_factory.mktemp("people")
    home = Home(folder)
    with open_warehouse(home.home / "warehouse.duckdb", contracts=LMS) as connection:
        warehouse = Warehouse(desk=home.desk, home=home.home, connection=connection)
        warehouse.take(PEOPLE + ADA + ALAN, export=LEARNERS, as_of="2025-01-31")
        warehouse.take(ENROLLED, export="lms.enrollments")
        warehouse.take(HELD, export="lms.certificates")
        warehouse.take(PEOPLE + ADA_MOVED + ALAN, export=LEARNERS, as_of="2025-02-28")
        warehouse.take(PEOPLE + ADA_TORN + ALAN, export=LEARNERS, as_of="2025-03-31")
        warehouse.take(PEOPLE + ADA_TORN + ALAN, export=LEARNERS, as_of="2025-04-30", audit=refuse)
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Home:
    """A copy of that home of one's own."""
    shutil.copytree(made, tmp_path / "people")
    return Home(tmp_path / "people")


def test_the_home_did_name_her(home: Home) -> None:
    """So that the tests below prove something."""
    names = home.holding(*OF_ADA)
    assert "warehouse.duckdb" in names
    assert len([name for name in names if name.startswith("deliveries/")]) == 5
    assert len([name for name in names if name.startswith("quarantine/")]) == 2


@pytest.mark.parametrize("who", ["L1", "ada@reef.example", "ADA@reef.example "])
def test_nothing_that_is_kept_names_her(who: str, home: Home) -> None:
    """By id or address: no file holds a name, address or id of hers, in clear or as a cell."""
    home.erase(who.strip())
    assert home.holding(*OF_ADA) == []
    ids = [home.ask(f"select count(*) from raw_lms.{table} where learner_id = 'L1'") for table in TABLES]
    assert ids == [[(0,)]] * 3
    assert [name for name in home.holding(b"'l1'", b"l1,") if not name.endswith(".duckdb")] == []


TABLES = ("learners", "enrollments", "certificates")


def test_what_is_counted_stays_under_one_stand_in(home: Home) -> None:
    """Her versions, enrolments and certificates are there as before, joined by the same id; Alan is untouched."""
    before = {table: home.ask(f"select count(*) from raw_lms.{table}") for table in TABLES}
    alan = home.ask("select * from raw_lms.learners where learner_id = 'L2' order by all")
    home.erase()
    assert {table: home.ask(f"select count(*) from raw_lms.{table}") for table in TABLES} == before
    assert home.ask("select * from raw_lms.learners where learner_id = 'L2' order by all") == alan
    stands = [home.ask(f"select distinct learner_id from raw_lms.{table} where learner_id <> 'L2'") for table in TABLES]
    assert stands[0] == stands[1] == stands[2] and len(stands[0]) == 1
    assert stands[0][0][0].startswith("erased-")
    told = home.ask("select name, email, email_domain, role, _extra from raw_lms.learners where learner_id <> 'L2'")
    assert {row[:3] for row in told} == {(None, None, "reef.example")}


def test_rebuilding_from_the_archive_gives_the_same(home: Home) -> None:
    """The archive no longer knows her either, so that raw history is still what it says."""
    home.erase()
    before = home.history()
    tables = rebuild(home.home, home.home / "warehouse.duckdb", home.desk.contracts)
    assert all(table.is_equal for table in tables)
    assert home.history() == before


def test_a_later_delivery_does_not_bring_her_back(home: Home) -> None:
    """A snapshot that still has her keeps the stand-in in force, opens no version, and its bytes are not archived."""
    home.take(PEOPLE + ADA_MOVED + ALAN, as_of="2025-05-31")
    home.erase()
    stands = home.ask("select distinct learner_id from raw_lms.learners order by 1")
    result = home.take(PEOPLE + ADA_MOVED + ALAN + TORN, as_of="2025-06-30")
    assert (result.verdict, result.versions_opened, result.versions_closed) == ("accepted", 0, 0)
    assert home.ask("select distinct learner_id from raw_lms.learners order by 1") == stands
    assert home.holding(*OF_ADA) == []
    assert home.holding(b"grace@reef") != [], "a rejected row of somebody else keeps its record"


def test_a_new_id_with_her_address_comes_without_name_and_address(home: Home) -> None:
    """Who she is now called by is not known to be her; what would say so is left out."""
    home.erase()
    home.take(PEOPLE + "L7,Ada King,ada@reef.example,reef.example,c1,Sales,\n", as_of="2025-06-30")
    assert home.ask("select name, email from raw_lms.learners where learner_id = 'L7'") == [(None, None)]
    assert home.holding(*OF_ADA) == []


def test_refused_files_go_and_the_case_stays(home: Home) -> None:
    """Bytes and records are gone from quarantine; the reason and the ledger say that something was refused."""
    home.erase()
    (reason,) = home.home.glob("quarantine/*/*/*/reason.json")
    assert sorted(path.name for path in reason.parent.iterdir()) == ["reason.json", "rejected.parquet"]
    assert home.ask("select count(*) from ledger.loads where verdict = 'quarantined'") == [(1,)]
    rejected = home.ask("select rule, value, raw_record from ledger.rejected_rows")
    assert {row[0] for row in rejected} == {"unreadable_value"} and {row[1:] for row in rejected} == {(None, None)}


def test_the_original_of_every_export_of_a_file_goes(home: Home) -> None:
    """Where one file feeds several exports, each keeps the bytes; none of them may."""
    home.take(ENROLLED, "lms.courses", as_of="2025-02-28", mapping=COURSES_ONLY)
    assert any("lms.courses" in name for name in home.holding(b"l1,"))
    home.erase()
    assert not any("lms.courses" in name for name in home.holding(b"l1,"))


def test_a_packed_file_that_was_refused_is_searched_too(home: Home) -> None:
    """Compression hides nobody."""
    refused = next(home.home.glob("quarantine/*/*/*/*.csv"))
    refused.write_bytes(gzip.compress(refused.read_bytes()))
    home.erase("ada@reef.example")
    assert not refused.exists()


def zip_with_an_unreadable_name() -> bytes:
    """Its directory calls the name UTF-8, which it is not."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("äö.csv", "learner_id")
    return packed.getvalue().replace("äö".encode(), b"\xff\xfe\xff\xfe")


@pytest.mark.parametrize("is_refused", [True, False])
@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"\x1f\x8b\x07 no method", id="gzip of no method"),
        pytest.param(gzip.compress(b"L1", mtime=0)[:-9], id="gzip cut off"),
        pytest.param(zip_with_an_unreadable_name(), id="zip with a name that is not UTF-8"),
    ],
)
def test_what_cannot_be_unpacked_is_taken_to_hold_everybody(packed: bytes, is_refused: bool, tmp_path: Path) -> None:
    """Where it was refused: of what nobody can search it cannot be said that it does not name her."""
    (tmp_path / "learners.csv").write_bytes(packed)
    ada = Person(who="L1", ids=frozenset({"L1"}), names=frozenset())
    assert holds_person(tmp_path / "learners.csv", ada, also_ids=is_refused) == is_refused


def test_somebody_unknown_is_an_error_and_nothing_changes(home: Home) -> None:
    """A slip of the pen erases nobody, and puts nobody onto the list."""
    before = home.history()
    with pytest.raises(NobodyFoundError, match="by the name of its inbox folder"):
        home.erase("L11")
    assert home.history() == before
    assert home.ask("select count(*) from ledger.erased_people") == [(0,)]


def test_asked_again_nothing_more_is_to_do(home: Home) -> None:
    """Neither an error nor another stand-in."""
    home.erase()
    before = home.history()
    again = home.erase(at=datetime(2025, 7, 1))
    assert (again.rows_in_history, again.rows_in_archive, again.removed) == (0, 0, ())
    assert home.history() == before


STEPS = ["ingest.erasure.place", "pathlib.Path.unlink", "ingest.rebuild.place", "ingest.erasure.rebuild"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_the_middle_it_is_finished_by_asking_again(
    step: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was done by then, the second time leaves nothing of her."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(step, die)
        home.erase("ada@reef.example")
    home.erase("ada@reef.example")
    assert home.holding(*OF_ADA) == []
    assert all(table.is_equal for table in rebuild(home.home, home.home / "warehouse.duckdb", home.desk.contracts))


def test_without_the_archive_history_is_changed_as_it_stands(home: Home) -> None:
    """Archived rows that went by age are no way out: her versions are rewritten in the tables."""
    next(home.home.glob("deliveries/lms.learners/one/2025-01-31_*.parquet")).unlink()
    home.erase()
    assert home.holding(*OF_ADA) == []
    assert home.ask("select count(distinct learner_id) from raw_lms.learners") == [(2,)]
