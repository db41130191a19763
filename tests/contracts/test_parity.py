"""What stands in several places is the same in all: contracts, sources, staging models, catalogue, families, marts.

Only files are read; nothing is built. What a place says by itself is tested where it lives.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.contracts import load_contracts

PROJECT = Path(__file__).parents[2]
DBT = PROJECT / "dbt"
STAGING = DBT / "models" / "staging"
KPIS = DBT / "models" / "kpis"
CONTRACTS = load_contracts().exports
FAMILY_FOLDERS = {path.name for path in KPIS.iterdir() if path.is_dir() and path.name != "mechanism"}

# The marts that BI tools rely on by name and that exist by now.
PROMISED_MARTS = {
    "dim_dates",
    "dim_partner_history",
    "dim_partners",
    "fct_certification_attempts",
    "fct_certifications",
    "fct_coverage",
    "fct_deal_registrations",
    "fct_deals",
    "fct_ramp_milestones",
    "fct_sla_clocks",
    "fct_state_visits",
    "kpi_definitions",
    "kpi_evidence",
    "kpi_values",
    "load_health",
    "mart_certification_throughput",
    "mart_deal_velocity",
    "mart_ramp_time",
    "mart_sla",
    "rpt_partner_scorecard",
    "rpt_region_scorecard",
}
# What the warehouse adds to every row of an export, and what the macros of `as_known` add to that.
TECHNICAL_COLUMNS = {"_instance", "_valid_from", "_valid_to", "_load_seq", "as_of_date"}
KEYWORDS = {
    "and", "as", "asc", "between", "bigint", "by", "case", "date", "desc", "else", "end", "false", "from", "in", "is",
    "like", "not", "null", "or", "order", "over", "partition", "qualify", "select", "then", "timestamp", "true", "when",
    "where",
}  # fmt: skip

RAW_READ = re.compile(r"as_known\w*\('raw_(\w+)', '(\w+)'\)")


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def project_variables() -> dict[str, Any]:
    variables: dict[str, Any] = read_yaml(DBT / "dbt_project.yml")["vars"]
    return variables


def staging_reads() -> dict[Path, list[str]]:
    """Each staging model with the exports that it reads."""
    return {
        path: [f"{source}.{export}" for source, export in RAW_READ.findall(path.read_text(encoding="utf-8"))]
        for path in sorted(STAGING.rglob("stg_*.sql"))
    }


def columns_read(sql: str) -> set[str]:
    """The columns that a staging model's SQL takes from its export: every name that nothing else accounts for."""
    text = re.sub(r"--[^\n]*", "", sql)
    text = re.sub(r"\{\{ *as_known\w*\([^}]*\}\}", "", text)
    # A column macro stands for the SQL text that it is given: {{ entity_key('account_id') }}.
    text = re.sub(r"\{\{ *\w+\(['\"]([^'\"]*)['\"]\) *\}\}", r" \1 ", text)
    text = re.sub(r"'[^']*'", "''", text)
    aliases = set(re.findall(r"\bas (\w+)\s*(?:,|\n|$)", text))
    text = re.sub(r"\bas \w+\s*(?=,|\n|$)", "", text)
    parameters = set(re.findall(r"\blambda (\w+)\s*:", text)) | {"lambda"}
    names = set(re.findall(r"(?<![\w.])([a-z_]\w*)\b(?!\s*\()", text)) - KEYWORDS - parameters - TECHNICAL_COLUMNS
    # `where` and `qualify` may name what `select` has just named.
    tail = re.split(r"\bfrom\b", text)[-1]
    return {name for name in names if name not in aliases or not re.search(rf"\b{name}\b", tail)}


def catalogue() -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "reference" / "kpi_catalogue.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_export_of_a_contract_is_a_source_of_dbt_and_nothing_else_is() -> None:
    sources = [source for path in STAGING.rglob("_*__sources.yml") for source in read_yaml(path)["sources"]]
    tables = {
        f"{source['name'].removeprefix('raw_')}.{table['name']}"
        for source in sources
        if source["name"].startswith("raw_")
        for table in source["tables"]
    }
    assert tables == set(CONTRACTS)


def test_every_export_is_read_by_exactly_one_staging_model() -> None:
    """A second reader would be a second place that names and types an export's columns."""
    reads = Counter(export for exports in staging_reads().values() for export in exports)
    assert reads == Counter(dict.fromkeys(CONTRACTS, 1))


def test_a_staging_model_reads_one_export_and_stands_in_the_folder_of_its_source() -> None:
    misplaced = {
        path.name: exports
        for path, exports in staging_reads().items()
        if len(exports) != 1 or not path.name.startswith(f"stg_{exports[0].split('.')[0]}__")
        or path.parent.name != exports[0].split(".")[0]
    }  # fmt: skip
    assert misplaced == {}


@pytest.mark.parametrize("path", staging_reads(), ids=lambda path: path.stem)
def test_a_staging_model_reads_only_columns_that_the_contract_has(path: Path) -> None:
    (export,) = staging_reads()[path]
    read = columns_read(path.read_text(encoding="utf-8"))
    assert read, "no column was found in the SQL; is it written in another way?"
    assert read <= set(CONTRACTS[export].column_names)


def test_the_reader_of_columns_notices_one_that_is_not_there() -> None:
    """The test above would be worth nothing if its reader passed over names."""
    sql = (
        "-- One row per thing.\nselect\n    {{ entity_key('key_column') }} as thing_id,\n"
        "    upper(inner_column) as renamed,\n"
        "    plain_column,\n    plain_column_again as plain_column_too\nfrom {{ as_known('raw_crm', 'things') }}\n"
        "where {{ local_date('dated_column') }} <= as_of_date\n"
    )
    assert columns_read(sql) == {
        "key_column", "inner_column", "plain_column", "plain_column_again", "dated_column",
    }  # fmt: skip


# A personal column that may leave staging as it is, under the guard named.
GUARDED = {("support.ticket_events", "value"): "case when event_type in ('status', 'priority') then value end"}


def personal_leaks(export: str, sql: str) -> set[str]:
    """Personal columns that a staging model's SQL takes from its export other than as a pseudonym."""
    text = re.sub(r"\{\{ *(?:pseudonym|person_key)\('\w+'\) *\}\}", "null", sql)
    for (guarded, _), guard in GUARDED.items():
        text = text.replace(guard, "null") if guarded == export else text
    return {column.name for column in CONTRACTS[export].columns if column.personal} & columns_read(text)


@pytest.mark.parametrize("path", staging_reads(), ids=lambda path: path.stem)
def test_what_is_personal_leaves_staging_as_a_pseudonym_or_not_at_all(path: Path) -> None:
    (export,) = staging_reads()[path]
    assert personal_leaks(export, path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("cell", "leaks"),
    [
        ("name", {"name"}),
        ("upper(email) as shout", {"email"}),
        ("{{ entity_key('learner_id') }} as learner_id", {"learner_id"}),
        ("{{ pseudonym('name') }} as name", set()),
        ("{{ person_key('learner_id') }} as learner_id", set()),
        ("{{ pseudonym('name') }} || name as both", {"name"}),
    ],
)
def test_a_personal_column_in_clear_is_noticed(cell: str, leaks: set[str]) -> None:
    """The test above fails when somebody adds one, also under another name or inside of an expression."""
    sql = f"-- One row per person.\nselect\n    {cell},\n    role\nfrom {{{{ as_known('raw_lms', 'learners') }}}}\n"
    assert personal_leaks("lms.learners", sql) == leaks


def test_every_promised_mart_exists() -> None:
    marts = {path.stem for path in (DBT / "models" / "marts").rglob("*.sql")}
    assert marts >= PROMISED_MARTS


def test_every_mart_is_described_with_the_type_of_every_column() -> None:
    """dbt enforces the types where they are written; here, that no mart and no description is forgotten."""
    described = {
        model["name"]: model
        for path in (DBT / "models" / "marts").rglob("_*__models.yml")
        for model in read_yaml(path)["models"]
    }
    assert set(described) == {path.stem for path in (DBT / "models" / "marts").rglob("*.sql")}
    bare = [
        f"{name}.{column['name']}"
        for name, model in described.items()
        for column in model["columns"]
        if not column.get("description") or not column.get("data_type")
        or set(column) - {"name", "data_type", "constraints", "description"}
    ]  # fmt: skip
    assert bare == []


def test_every_family_has_its_folder_and_its_view_and_every_folder_is_a_family() -> None:
    families = project_variables()["kpi_families"]
    assert sorted(FAMILY_FOLDERS) == sorted(families)
    assert {path.stem for path in KPIS.rglob("evidence__*.sql")} == {f"evidence__{name}" for name in families}
    assert all((KPIS / name / f"evidence__{name}.sql").exists() for name in families)


def test_the_exports_that_set_the_business_date_are_those_the_contracts_require() -> None:
    required = {name for name, export in CONTRACTS.items() if export.as_of_required}
    assert set(project_variables()["as_of_exports"]) == required


def test_no_kpi_code_stands_twice_in_the_catalogue() -> None:
    repeated = [code for code, count in Counter(row["kpi_code"] for row in catalogue()).items() if count > 1]
    assert repeated == []


def test_every_kpi_that_is_not_derived_comes_from_exactly_one_evidence_view() -> None:
    """And no view speaks of a code that the catalogue does not have; a derived KPI has no evidence of its own."""
    views: dict[str, set[str]] = {}
    for path in KPIS.rglob("evidence__*.sql"):
        for code in re.findall(r"kpi_code='(\w+)'", path.read_text(encoding="utf-8")):
            views.setdefault(code, set()).add(path.stem)
    assert set(views) == {row["kpi_code"] for row in catalogue() if row["aggregation"] != "derived"}
    assert {code: names for code, names in views.items() if len(names) > 1} == {}


def test_a_kpi_names_only_sources_that_a_contract_describes() -> None:
    unknown = {
        (row["kpi_code"], source)
        for row in catalogue()
        for source in row["sources"].replace("?", "").split("|")
        if source not in CONTRACTS
    }
    assert unknown == set()
