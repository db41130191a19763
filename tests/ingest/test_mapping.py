"""Vendor files: what they may say, and what a person who mistypes one reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.contracts import load_contracts
from ingest.errors import MappingError
from ingest.mapping import mapping_schema
from ingest.mapping_file import BUILT_IN, load_mapping

GOOD = """\
files:
  - pattern: o_{as_of}.csv
    exports:
      crm.opportunities:
        columns:
          opportunity_id: Id
          stage: {from: Stage, lookup: {Yes: Won, No: Lost}}
"""


def write(folder: Path, text: str, name: str = "mine") -> Path:
    (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.mark.parametrize("name", sorted(path.stem for path in BUILT_IN.glob("*.yaml")))
def test_every_built_in_mapping_fits_the_contracts(name: str) -> None:
    """What the project brings along can be loaded."""
    assert load_mapping(name, None).files


def test_the_generic_mapping_knows_every_export() -> None:
    """Each export has its plain CSV shape; those of policy come as policy files."""
    known = {e for name in ("generic", "policy") for file in load_mapping(name, None).files for e in file.exports}
    assert known == set(load_contracts().exports)


def test_the_json_schema_is_that_of_the_model() -> None:
    """Editors see the grammar that the loader enforces (write it anew with `python -m ingest.mapping_schema`)."""
    assert (BUILT_IN / "vendor.schema.json").read_text() == mapping_schema()


def test_words_stay_as_they_were_written(tmp_path: Path) -> None:
    """`Yes` and `No` are labels of a table, not booleans."""
    mapping = load_mapping("mine", write(tmp_path, GOOD))
    columns = mapping.files[0].exports["crm.opportunities"].columns
    assert columns is not None
    assert columns["stage"].lookup == {"Yes": "Won", "No": "Lost"}


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("{from: Stage,", "{form: Stage,", 7, '"form" is not a key here (did you mean "from"?)'),
        ("exports:", "export:", 3, '"export" is not a key here (did you mean "exports"?)'),
        ("files:", "filse:", 1, '"filse" is not a key here (did you mean "files"?)'),
        (
            "crm.opportunities",
            "crm.oportunities",
            4,
            '"crm.oportunities" is no export (did you mean "crm.opportunities"?)',
        ),
        ("opportunity_id: Id", "oportunity_id: Id", 6, '(did you mean "opportunity_id"?)'),
        ("opportunity_id: Id", "owner: Id", 5, 'the required column "opportunity_id" is not mapped'),
        ("from: Stage,", "from: Stage, format: persent,", 7, "format is none of"),
        ("from: Stage,", "from: Stage, format: percent,", 7, '"percent" does not fit a string'),
        ("from: Stage,", "from: Stage, fixed: x,", 7, "give exactly one of from, first_of, fixed and number"),
        ("from: Stage,", "from: Stage, regex: {pattern: '('},", 7, "not a regular expression"),
        (
            "opportunity_id: Id",
            "opportunity_id: Id\n          opportunity_id: Key",
            7,
            'says "opportunity_id" twice',
        ),
        (
            "opportunity_id: Id",
            "opportunity_id: Id\n          created_at: {from: C, format: '%d.%m.%Y'}",
            7,
            "*_date",
        ),
        (
            "opportunity_id: Id",
            "opportunity_id: Id\n          created_at: {from: C, zone: Europe/Berln}",
            7,
            "Europe/Berlin",
        ),
        ("        columns:", "        mode: rolling\n        columns:", 4, "range_column and mode rolling"),
        ("        columns:", "        mode: snapshoot\n        columns:", 5, "snapshoot"),
        (
            "        columns:",
            "        key: [opportunity]\n        columns:",
            5,
            '(did you mean "opportunity_id"?)',
        ),
        ("o_{as_of}.csv", "o.csv", 2, "belong together"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_twin(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    """One paragraph: which file, which line, what stands there, what was probably meant."""
    write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(MappingError) as caught:
        load_mapping("mine", tmp_path)
    message = str(caught.value)
    assert "mine.yaml" in message
    assert f"line {line}" in message or f"and {line};" in message
    assert told in message
    assert "\n" not in message


def test_an_unknown_mapping_names_its_twin(tmp_path: Path) -> None:
    """A folder of the inbox that no mapping is for says what to write."""
    with pytest.raises(MappingError, match=r'no mapping "salesforse" \(did you mean "salesforce"\?\)'):
        load_mapping("salesforse", tmp_path)


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    """The parser's own place is passed on."""
    with pytest.raises(MappingError, match=r"mine.yaml is not YAML.*line 2"):
        load_mapping("mine", write(tmp_path, "files: [\n}"))


def test_an_instance_of_its_own_takes_over_a_vendor(tmp_path: Path) -> None:
    """`extends` brings the vendor's files; own patterns win."""
    mapping = load_mapping("mine", write(tmp_path, "extends: salesforce\nignore_files: ['*.txt']\n"))
    assert (mapping.vendor, len(mapping.files)) == ("salesforce", len(load_mapping("salesforce", None).files))
    own = load_mapping("mine", write(tmp_path, "extends: salesforce\n" + GOOD.replace("o_{", "Opportunity_{")))
    assert len(own.files) == len(mapping.files)
    assert own.version != mapping.version


def test_an_own_file_may_extend_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    """So a built-in mapping is adjusted without copying it; a ring is refused."""
    assert load_mapping("ecb", write(tmp_path, "extends: ecb\n", "ecb")).files == load_mapping("ecb", None).files
    write(tmp_path, "extends: b\n", "a")
    with pytest.raises(MappingError, match="ring"):
        load_mapping("a", write(tmp_path, "extends: a\n", "b"))


def test_every_contract_column_is_described() -> None:
    """Names alone do not tell an analyst what to deliver."""
    contracts = load_contracts()
    assert all(c.description.endswith((".", "`")) for e in contracts.exports.values() for c in e.columns)
    personal = {f"{e.name}.{c.name}" for e in contracts.exports.values() for c in e.columns if c.personal}
    assert personal == {
        "crm.opportunities.owner",
        "lms.certificates.learner_id",
        "lms.enrollments.learner_id",
        "lms.learners.email",
        "lms.learners.learner_id",
        "lms.learners.name",
        "policy.partner_xref.author",
        "prm.partners.manager",
        "prm.portal_activity.user_id",
        "prm.registration_events.actor",
        "support.ticket_events.actor",
        "support.ticket_events.value",
        "support.tickets.subject",
    }
    assert json.loads((BUILT_IN / "vendor.schema.json").read_text())["title"] == "Vendor mapping"


NUMBERED = """\
files:
  - pattern: e_{as_of}.csv
    exports:
      lms.enrollments:
        mode: snapshot
        columns:
          learner_id: Who
          course_id: What
          attempt: {number: {within: [learner_id, course_id], order_by: enrolled_at}}
          enrolled_at: {from: At, format: epoch_s}
          status: Status
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("mode: snapshot", "mode: delta", "numbers by order hold only where every delivery has all rows"),
        ("        mode: snapshot\n", "", "numbers by order hold only where every delivery has all rows"),
        ("order_by: enrolled_at", "order_by: enroled_at", '(did you mean "enrolled_at"?)'),
        ("order_by: enrolled_at", "order_by: attempt", '"attempt" is not mapped to a header'),
        ("order_by: enrolled_at", "order_by: started_at", '"started_at" is not mapped to a header'),
        ("status: Status", "status: {number: {within: [learner_id], order_by: enrolled_at}}", "numbers an integer"),
        ("status: Status", "score: {from: S, prefix: x}\n          status: S", "a prefix does not fit a number"),
        ("At, format: epoch_s", "At, format: epoch_s, plus_duration: {from: D, unit: hours}", "unit"),
        ("status: Status", "status: {from: S, plus_duration: {from: D, unit: minutes}}", "only to a timestamp"),
        ("At, format: epoch_s", "At, plus_days: 1, plus_duration: {from: D, unit: minutes}", "give one of plus_days"),
        ("status: Status", "status: {first_of: [A, B], given: {C: x}}", "given names what first_of does not: C"),
        ("status: Status", "status: {from: S, keep_others: yes}", "belong to a lookup"),
        ("status: Status", "status: {from: S, lookup: {a: b}, otherwise: c, keep_others: yes}", "not both"),
    ],
)
def test_what_only_a_whole_file_or_a_time_can_say(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Numbers by order, durations, prefixes and label tables are refused where they mean nothing."""
    assert load_mapping("mine", write(tmp_path, NUMBERED)).files
    assert old in NUMBERED
    with pytest.raises(MappingError) as caught:
        load_mapping("mine", write(tmp_path, NUMBERED.replace(old, new)))
    assert told in str(caught.value)


def test_the_same_columns_under_another_file_name(tmp_path: Path) -> None:
    """`like` takes over the exports of a file of this mapping, or of the extended one, and nothing else of it."""
    text = "extends: zendesk\nfiles:\n  - {pattern: t.csv, as_of: {fixed: 2020-01-01}, like: 'tickets_{as_of}.csv'}\n"
    mapping = load_mapping("mine", write(tmp_path, text))
    by_pattern = {file.pattern: file for file in mapping.files}
    assert by_pattern["t.csv"].exports == by_pattern["tickets_{as_of}.csv"].exports
    assert by_pattern["t.csv"].as_of != by_pattern["tickets_{as_of}.csv"].as_of
    own = GOOD + "  - {pattern: 'p_{as_of}.csv', like: 'o_{as_of}.csv'}\n"
    assert [list(file.exports) for file in load_mapping("own", write(tmp_path, own, "own")).files] == [
        ["crm.opportunities"], ["crm.opportunities"],
    ]  # fmt: skip


def test_a_file_like_none_is_told_with_its_twin(tmp_path: Path) -> None:
    """A pattern that does not exist, and a file that says both or neither, are refused."""
    with pytest.raises(MappingError, match=r'like "o_\{asof\}.csv" \(did you mean "o_\{as_of\}.csv"\?\)'):
        load_mapping("mine", write(tmp_path, GOOD + "  - {pattern: 'p_{as_of}.csv', like: 'o_{asof}.csv'}\n"))
    column = "files:\n  - {pattern: t.csv, as_of: {column: opened_on}, like: 'tickets_{as_of}.csv'}\n"
    with pytest.raises(MappingError, match=r'line 3, .*"opened_on" is no column of support.tickets'):
        load_mapping("mine", write(tmp_path, "extends: zendesk\n" + column))
    with pytest.raises(MappingError, match="give exactly one of exports and like"):
        load_mapping("mine", write(tmp_path, GOOD + "  - {pattern: 'p_{as_of}.csv'}\n"))
