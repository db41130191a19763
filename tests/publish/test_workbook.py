"""The workbook says what the generation holds, in words where there is no number, and never runs a text."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from publish.errors import NoGenerationError, WorkbookNotWrittenError
from publish.generation import Generation, publish_generation
from publish.workbook import write_workbook

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def workbook_file(generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("scorecards") / "scorecard.xlsx"
    write_workbook(generation.database, target)
    return target


@pytest.fixture(scope="module")
def book(workbook_file: Path) -> Workbook:
    return openpyxl.load_workbook(workbook_file)


@pytest.fixture(scope="module")
def crm_only_book(crm_only_generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    target = tmp_path_factory.mktemp("scorecards") / "scorecard.xlsx"
    write_workbook(crm_only_generation.database, target)
    return openpyxl.load_workbook(target)


def texts(sheet: Worksheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def row_of(sheet: Worksheet, name: str) -> list[object]:
    return next([cell.value for cell in row] for row in sheet.iter_rows() if name in {cell.value for cell in row})


def table(sheet: Worksheet, header_row: int) -> Iterator[dict[str, object]]:
    names = [cell.value for cell in sheet[header_row]]
    for row in sheet.iter_rows(min_row=header_row + 1, values_only=True):
        yield dict(zip(names, row, strict=True))


def test_the_sheets_stand_in_reading_order(book: Workbook) -> None:
    assert book.sheetnames == [
        "Programme", "AMER", "APAC", "EMEA", "Partner ranking", "Watch list", "Definitions", "Data age", "Trends",
    ]  # fmt: skip


def test_no_cell_of_any_sheet_is_a_formula_or_a_link(workbook_file: Path) -> None:
    with zipfile.ZipFile(workbook_file) as parts:
        sheets = [name for name in parts.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        assert len(sheets) == 9
        for name in sheets:
            cells = parts.read(name).decode("utf-8").split("<extLst>")[0]
            assert "<f>" not in cells
            assert "<hyperlink" not in cells


def test_a_partner_named_like_a_formula_is_a_text(book: Workbook) -> None:
    cells = [cell for row in book["Partner ranking"].iter_rows() for cell in row if cell.value == "=cmd|calc Trading"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_change_is_relative_for_amounts_and_in_points_for_shares(book: Workbook) -> None:
    sheet = book["Programme"]
    formats = {
        sheet.cell(row=cells[0].row, column=2).value: sheet.cell(row=cells[0].row, column=4).number_format
        for cells in sheet.iter_rows()
    }
    assert formats["Bookings won"] == "▲ 0%;▼ 0%;0%"
    assert formats["Win rate (deals)"] == '▲ 0.0 "pp";▼ 0.0 "pp";0.0 "pp"'
    assert formats["Time to close, median (created)"] == '▲ #,##0 "days";▼ #,##0 "days";#,##0 "days"'


def test_the_programme_is_told_in_words(book: Workbook) -> None:
    told = texts(book["Programme"])
    assert any(
        re.match(r"The programme scores \d+\.\d of 100 in Aug 2026, grade [A-E]: (up|down) ", text) for text in told
    )
    assert any("prm.partners of partnerstack as of 31 Aug 2026 was refused" in text for text in told)
    assert any(text.startswith("3 records of other systems wait for somebody") for text in told)


def test_partners_are_ranked_within_their_motion_and_unreliable_ones_are_not(book: Workbook) -> None:
    rows = list(table(book["Partner ranking"], 5))
    ranks = [row["Rank"] for row in rows if row["Motion"] == "Resell"]
    assert ranks == [1, 2, 3, 4, 5, 6]
    assert [row["To know"] for row in rows if row["Partner"] == "Lotus Apps"] == [
        "not ranked: 0% of the weight is reliable"
    ]
    assert [row["Rank"] for row in rows if row["Partner"] == "Lotus Apps"] == ["-"]


def test_an_unreliable_partner_is_grey(book: Workbook) -> None:
    cells = {cell.value: cell for row in book["Partner ranking"].iter_rows() for cell in row}
    assert cells["Lotus Apps"].font.color.rgb == "FF9AA3AF"
    assert cells["Blue Harbour IT"].font.color.rgb == "FF1B2A41"


def test_the_change_of_a_total_is_the_sum_of_its_two_causes(book: Workbook) -> None:
    for row in table(book["Partner ranking"], 5):
        if isinstance(row["Change"], int | float):
            parts = (row["From scores"], row["From weights"])
            causes = sum(part for part in parts if isinstance(part, int | float))
            assert row["Change"] == pytest.approx(causes, abs=0.11)


def test_a_missing_value_is_its_state_and_never_zero(book: Workbook) -> None:
    row = next(row for row in table(book["Partner ranking"], 5) if row["Partner"] == "Orchard Managed Services")
    assert row["Win rate (deals)"] == "no deals"
    assert row["Time to close, median (created)"] == "median not reached"
    assert row["Score of 100"] == "-"
    assert row["To know"] == "no total: 0% of the weight has a value"


def test_every_kpi_of_the_catalogue_is_defined(book: Workbook, generation: Generation) -> None:
    rows = {row["Code"]: row for row in table(book["Definitions"], 4)}
    assert set(rows) == set(generation.manifest.kpi_definition_versions)
    assert rows["win_rate_by_count"]["What it says"] == "Won deals over won and lost deals, by closing date."
    assert rows["time_to_close"]["Better is"] == "lower"
    assert rows["partner_count"]["Data through"] == "31 Jul 2026"


def test_data_age_says_what_was_refused_and_why(book: Workbook) -> None:
    row = row_of(book["Data age"], "prm.partners")
    assert row[3] == "31 Jul 2026"
    assert row[4] == 31
    assert row[9] == "refused"
    assert "Bronze Reseller" in str(row[10])
    assert any("Never delivered" in text for text in texts(book["Data age"])) is False


def test_every_page_prints_landscape_one_wide_with_its_data_in_the_footer(book: Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.oddFooter.left.text == "As of 2026-08-31, generation 1"
        assert sheet.sheet_view.showGridLines is False
        assert sheet.sheet_properties.pageSetUpPr.fitToPage is not (sheet.title in {"AMER", "APAC", "EMEA"})
    assert book["Partner ranking"].print_title_rows == "$5:$5"
    assert book["Partner ranking"].freeze_panes == "E6"


def test_equal_generations_give_equal_bytes(generation: Generation, workbook_file: Path, tmp_path: Path) -> None:
    write_workbook(generation.database, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == workbook_file.read_bytes()


def test_without_partners_the_deals_are_shown_and_the_rest_is_said(crm_only_book: Workbook) -> None:
    assert crm_only_book.sheetnames == [
        "Programme",
        "Partner ranking",
        "Watch list",
        "Definitions",
        "Data age",
        "Trends",
    ]
    told = texts(crm_only_book["Programme"])
    assert "Never delivered: prm.partners; what needs them is not shown." in told
    assert any(text.startswith("No partner is known") for text in told)
    assert row_of(crm_only_book["Programme"], "Partners")[2] == "no data"
    assert row_of(crm_only_book["Programme"], "Partners")[9] == "needs prm.partners"
    assert any(text.startswith("There is no partner to rank") for text in texts(crm_only_book["Partner ranking"]))


@pytest.mark.parametrize(
    ("sheets", "of", "scope", "said"),
    [
        ("book", "generation", "all_partners", "deals with a partner"),
        ("crm_only_book", "crm_only_generation", "all", "all deals"),
    ],
)
def test_the_headline_value_is_that_of_the_scope_it_names(
    sheets: str, of: str, scope: str, said: str, request: pytest.FixtureRequest
) -> None:
    programme = request.getfixturevalue(sheets)["Programme"]
    with duckdb.connect(request.getfixturevalue(of).database, read_only=True) as connection:
        expected = connection.execute(
            "select value from marts.kpi_values where kpi_code = 'won_amount' and segment_type = ? "
            "and period_type = 'month' and period_start = '2026-08-01'",
            [scope],
        ).fetchone()
    assert expected is not None
    assert row_of(programme, "Bookings won")[2] == pytest.approx(expected[0])
    assert f"|   {said}   |" in programme["B2"].value


def test_before_the_first_month_is_over_nothing_is_shown_but_that(
    change_build: Callable[[str], Path], generation: Generation, tmp_path: Path
) -> None:
    build = change_build("update marts.kpi_values set is_complete = false")
    young = publish_generation(build, tmp_path / "published", generation.manifest.facts)
    write_workbook(young.database, tmp_path / "scorecard.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "scorecard.xlsx")["Programme"]
    assert "No month is complete yet." in texts(sheet)


def test_names_that_no_sheet_may_have_are_made_fit(
    change_build: Callable[[str], Path], generation: Generation, tmp_path: Path
) -> None:
    build = change_build(
        "update marts.rpt_region_scorecard set region = 'Definitions' where region = 'APAC';"
        "update marts.rpt_region_scorecard set region = '''[EU] / Middle East: Africa & everything else' "
        "where region = 'EMEA'"
    )
    odd = publish_generation(build, tmp_path / "published", generation.manifest.facts)
    write_workbook(odd.database, tmp_path / "scorecard.xlsx")
    names = openpyxl.load_workbook(tmp_path / "scorecard.xlsx").sheetnames
    assert names[1:4] == ["EU Middle East Africa & everyth", "AMER", "Definitions"]
    assert "Definitions 2" in names


def test_a_target_that_cannot_be_written_keeps_what_stood_there(generation: Generation, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "folder.xlsx" / "kept").write_text("kept")
    with pytest.raises(WorkbookNotWrittenError, match="could not be written"):
        write_workbook(generation.database, tmp_path / "folder.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {"folder.xlsx"}


def test_a_missing_generation_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError):
        write_workbook(tmp_path / "partner_kpi.duckdb", tmp_path / "scorecard.xlsx")


def test_what_should_be_acted_on_stands_on_a_list_with_the_way_to_open_it(book: Workbook) -> None:
    """A certificate that expires next month and a promise that is late."""
    rows = [[cell.value for cell in row][1:8] for row in book["Watch list"].iter_rows()]
    late = next(row for row in rows if row[3] == "partner_support/resolution")
    expiring = next(row for row in rows if row[3] == "=Delivery Expert, docebo:17")
    assert late[0] == "Kestrel Systems"
    assert late[5:] == [-11, "explain sla_open_breach_count --partner prm:K"]
    assert expiring[4].date().isoformat() == "2026-09-20"
    assert expiring[5] == 20
