"""From files nobody has mapped to the text of a mapping that the loader takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ingest_desk import Desk

from ingest.contracts import load_contracts
from ingest.errors import MappingError
from ingest.inbox import POLICY
from ingest.mapping import VendorMapping
from ingest.mapping_file import BUILT_IN, read_mapping
from ingest.proposal import Proposal, propose
from ingest.proposal.lines import PLACEHOLDER
from ingest.proposal.names import load_vocabulary
from ingest.proposal.words import load_words
from ingest.proposal.yaml import mapping_text

CONTRACTS = load_contracts()
SAMPLES = Path(__file__).parents[2] / "seeds" / "exports"
TODAY = date(2026, 11, 22)


def look(folder: Path, **files: str | bytes) -> Proposal:
    paths = [folder / f"{name}.csv" for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return propose(paths, "acme", CONTRACTS, today=TODAY)


def load(folder: Path, text: str) -> VendorMapping:
    path = folder / "acme.yaml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, CONTRACTS)


def mapped(proposal: Proposal, number: int = 0) -> dict[str, str]:
    candidate = proposal.files[number].candidate
    assert candidate is not None
    return {match.column.name: match.source.header for match in candidate.matches}


@pytest.mark.parametrize(
    ("name", "export"),
    [
        ("salesforce/Opportunity_2026-08-31.csv", "crm.opportunities"),
        ("salesforce/OpportunityHistory_2026-08-31.csv", "crm.opportunity_history"),
        ("salesforce/OpportunityPartner_2026-08-31.csv", "crm.opportunity_partners"),
        ("salesforce/Account_2026-08-31.csv", "crm.accounts"),
        ("partnerstack/partnerships_2026-08-31.csv", "prm.partners"),
        ("partnerstack/deals_2026-08-31.csv", "prm.deal_registrations"),
        ("partnerstack/registration_events_2026-08-31.csv", "prm.registration_events"),
        ("partnerstack/program_memberships_2026-08-31.csv", "prm.program_memberships"),
    ],
)
def test_our_own_samples_are_recognised(name: str, export: str, tmp_path: Path) -> None:
    """The export is found, and at least four of five columns that the built-in mapping reads, from the same headers."""
    path = SAMPLES / name
    proposal = propose([path], "acme", CONTRACTS, today=TODAY)
    known = read_mapping(BUILT_IN / f"{path.parent.name}.yaml", CONTRACTS)
    wanted = next(file.exports[export] for file in known.files if export in file.exports)
    columns = wanted.columns or dict.fromkeys(CONTRACTS.exports[export].column_names)
    headers = {name: column.from_ if column else name for name, column in columns.items()}
    assert proposal.files[0].candidate and proposal.files[0].candidate.contract.name == export
    found = mapped(proposal)
    assert sum(found.get(name) == header for name, header in headers.items()) >= 0.8 * len(headers)
    load(tmp_path, mapping_text(proposal))


@pytest.mark.parametrize("export", [name for name in CONTRACTS.exports if not name.startswith(POLICY)])
def test_every_contract_is_known_by_its_own_columns(export: str, tmp_path: Path) -> None:
    """A file with the canonical names is that export and no other, whatever contracts come."""
    contract = CONTRACTS.exports[export]
    cell = {
        "string": "x", "boolean": "true", "integer": "1", "number": "0.5", "date": "2026-08-31",
        "timestamp": "2026-08-31T10:00:00Z",
    }  # fmt: skip
    row = [(column.allowed or (cell[column.logical_type],))[0] for column in contract.columns]
    text = f"{','.join(contract.column_names)}\n{','.join(row)}\n"
    proposal = look(tmp_path, **{f"{contract.export}_2026-08-31": text})
    assert proposal.files[0].candidate and proposal.files[0].candidate.contract.name == export
    load(tmp_path, mapping_text(proposal))


GERMAN = (
    "Deal Name;Deal ID;Account Name;Sum;Phase;Expected Close;Created;Email\n"
    "Alpha;1;Kunde AG;1.234,50 €;Won;03/04/2026;31/01/2026;a@b.de\n"
    "Beta;2;Foo GmbH;12.000,00 €;Lost;05/06/2026;02/02/2026;c@d.de\n"
)


def test_what_is_proposed_reads_the_file(tmp_path: Path, desk: Desk) -> None:
    """The parser takes the mapping as it was written: marks, currency sign, a proven date order, labels."""
    mapping = load(tmp_path, mapping_text(look(tmp_path, deals=GERMAN)))
    export = mapping.files[0].exports["crm.opportunities"]
    rows = desk.parse(GERMAN, export.model_dump(by_alias=True, exclude_defaults=True)).rows
    cells = ("opportunity_id", "amount", "stage", "created_date", "is_closed", "is_won", "close_date")
    assert [[str(row[name]) for name in cells] for row in rows] == [
        ["1", "1234.50", "Won", "2026-01-31", "True", "True", "None"],
        ["2", "12000.00", "Lost", "2026-02-02", "True", "False", "None"],
    ]
    assert export.ignore_columns == ("Email",)


def test_what_the_values_cannot_tell_is_a_question(tmp_path: Path) -> None:
    """Both orders of an ambiguous date stand there as comments; the currency of amounts is asked."""
    lines = mapping_text(look(tmp_path, deals=GERMAN)).splitlines()
    asked = [line.strip() for line in lines if line.strip().startswith(("# close_date", "# currency"))]
    assert [line.partition("  # ")[0] for line in asked] == [
        '# close_date: {from: Expected Close, format: "%d/%m/%Y"}',
        '# close_date: {from: Expected Close, format: "%m/%d/%Y"}',
        "# currency: {fixed: USD}",
    ]


def test_a_missing_required_column_is_a_placeholder_that_the_loader_names(tmp_path: Path) -> None:
    """The line says what is meant and which headers are left; once it is filled in the mapping loads."""
    text = mapping_text(look(tmp_path, deals="deal_id,deal_name,amount,close_date,zzz\n1,a,5,2026-08-31,Open\n"))
    line = next(line for line in text.splitlines() if PLACEHOLDER in line)
    assert line.strip().startswith(f"# stage: {PLACEHOLDER}  # question: required and not found.")
    assert "zzz (Open)" in line
    with pytest.raises(MappingError, match='the required column "stage" is not mapped'):
        load(tmp_path, text)
    load(tmp_path, text.replace(f"# stage: {PLACEHOLDER}", "stage: zzz"))


def test_one_export_gets_one_kind_of_file(tmp_path: Path) -> None:
    """Two files that look alike: the better one feeds it, the other is ignored with its reason."""
    row = "deal_id,stage,amount,close_date\n1,Won,5,2026-08-31\n"
    text = mapping_text(look(tmp_path, deals=row, deals_old=row))
    assert [file.pattern for file in load(tmp_path, text).files] == ["deals.csv"]
    assert "deals_old.csv  # looks like crm.opportunities too" in text


def test_deliveries_of_one_kind_are_one_pattern(tmp_path: Path) -> None:
    """The newest is looked at."""
    row = "deal_id,stage,amount\n1,Won,5\n"
    proposal = look(tmp_path, **{"deals_2026-07-31": "x\n1\n", "deals_2026-08-31": row})
    assert [file.name.pattern for file in proposal.files] == ["deals_{as_of}.csv"]
    assert proposal.files[0].sample.path.name == "deals_2026-08-31.csv"


def test_a_file_that_is_nothing_we_know(tmp_path: Path) -> None:
    """It is proposed to be ignored, and the mapping loads."""
    text = mapping_text(look(tmp_path, weather="station,celsius\nA,12\n"))
    assert load(tmp_path, text).ignore_files == ("weather.csv",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("deal_id,stage,name\n1,Won,Zoë\n".encode("cp1252"), "encoding: cp1252"),
        ("deal_id,stage,name\n1,Won,Zoë\n".encode("utf-16-le"), "encoding: utf-16-le"),
        (b"deal_id^stage^name\n1^Won^a\n", 'delimiter: "^"'),
        (b'deal_id,stage,name\n1,Won,12" pipe\n', 'quote: ""'),
        (b"deal_id,stage,name\n1,Won,a", "final_newline: optional"),
    ],
)
def test_how_the_file_is_written_is_said(data: bytes, said: str, tmp_path: Path, desk: Desk) -> None:
    """Encoding, delimiter, quotes and a last line without end: the parser reads the file by the mapping."""
    text = mapping_text(look(tmp_path, deals=data))
    assert said in text
    file = load(tmp_path, text).files[0]
    how = file.model_dump(include={"encoding", "delimiter", "quote", "final_newline"}, exclude_defaults=True)
    export = file.exports["crm.opportunities"].model_dump(by_alias=True, exclude_defaults=True)
    assert len(desk.parse(data, {**how, **export}).rows) == 1


def test_a_history_without_ids_is_keyed_by_its_rows(tmp_path: Path) -> None:
    """Rows that never change may have their hash as a key."""
    text = "deal_id,stage,date_entered\n1,Won,2026-08-31T10:00:00Z\n1,Open,2026-08-01T10:00:00Z\n"
    mapping = load(tmp_path, mapping_text(look(tmp_path, deal_stage_history=text)))
    assert mapping.files[0].exports["crm.opportunity_history"].key == "row_hash"


def test_headers_that_yaml_would_misread(tmp_path: Path) -> None:
    """Quotes, colons, hashes and repeated or empty headers survive the way through YAML."""
    text = 'deal_id,stage,"name: ""x"" # y",,tag,tag\n1,Won,a,,u,v\n'
    export = load(tmp_path, mapping_text(look(tmp_path, deals=text))).files[0].exports["crm.opportunities"]
    assert export.ignore_columns == ("", "tag")


def test_words_name_columns_that_exist_or_are_planned() -> None:
    """The data file reads, and what it says of this project's contracts is true of them."""
    words = load_words()
    exports = [contract for contract in CONTRACTS.exports.values() if not contract.name.startswith(POLICY)]
    columns = {column.name for contract in exports for column in contract.columns}
    derived = {*words.derived, *(rule["from"] for rule in words.derived.values())}
    companions = {*words.companions, *(each["needs"] for each in words.companions.values())}
    assert (derived | companions | set(words.shapes)) <= columns


@pytest.mark.parametrize(
    ("header", "export", "column", "least"),
    [
        ("Deal Stage", "crm.opportunities", "stage", 0.9),
        ("dealstage", "crm.opportunities", "stage", 0.8),
        ("closedate", "crm.opportunities", "close_date", 0.8),
        ("AccountID", "crm.opportunities", "account_id", 0.9),
        ("fiscal_year", "crm.opportunities", "term_months", 0.0),
        ("property_createdate", "crm.accounts", "created_at", 0.8),
    ],
)
def test_names_meet_in_any_style(header: str, export: str, column: str, least: float) -> None:
    """camelCase, snake_case, glued words and other words of one meaning."""
    contract = CONTRACTS.exports[export]
    score = load_vocabulary(CONTRACTS).name_score(header, contract.column(column), contract)
    assert score >= least if least else score < 0.6
