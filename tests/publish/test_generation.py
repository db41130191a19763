"""A generation is whole or not there, and readers see it under any name."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingest.errors import PartnerKpiError
from publish import generation as generations
from publish.database import connect
from publish.errors import (
    DamagedGenerationError,
    GenerationNotWrittenError,
    NotABuildError,
    UnpublishableViewError,
)
from publish.generation import Generation, current_generation, publish_generation, verify_generation
from publish.manifest import GenerationFacts


@pytest.fixture
def published_once(build_file: Path, facts: GenerationFacts, tmp_path: Path) -> Generation:
    return publish_generation(build_file, tmp_path / "published", facts)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_generation_holds_marts_and_evidence_and_nothing_of_the_work(generation: Generation) -> None:
    with duckdb.connect(generation.database, read_only=True) as connection:
        schemas = connection.execute(
            "select distinct schema_name from duckdb_tables() union select schema_name from duckdb_views() "
            "where not internal order by all"
        ).fetchall()
        storage = connection.execute(
            "select tags['storage_version'], block_size from duckdb_databases() "
            "inner join pragma_database_size() using (database_name)"
        ).fetchone()
    assert schemas == [("evidence",), ("marts",)]
    assert storage == ("v1.2.0+", 262144)
    assert not generation.database.with_name("partner_kpi.duckdb.wal").exists()


def test_every_table_has_the_rows_of_the_build(generation: Generation, build_file: Path) -> None:
    with duckdb.connect(build_file, read_only=True) as build:
        for relation in generation.manifest.relations:
            expected = build.execute(f"select count(*) from {relation.name}").fetchone()
            parquet = generation.directory / "parquet" / f"{relation.name.removeprefix('marts.')}.parquet"
            found = build.execute("select count(*) from read_parquet(?)", [str(parquet)]).fetchone()
            assert expected == found == (relation.rows,)


def test_views_are_published_as_views_alone(generation: Generation) -> None:
    """What a view says is a function of tables: it is neither hashed nor copied into a file."""
    assert {relation.kind for relation in generation.manifest.relations} == {"table"}
    assert {Path(file.path).stem for file in generation.manifest.files if file.path.startswith("parquet/")} == {
        relation.name.removeprefix("marts.") for relation in generation.manifest.relations
    }
    with duckdb.connect(generation.database, read_only=True) as connection:
        kinds = connection.execute(
            "select table_type from information_schema.tables where table_name = 'kpi_evidence'"
        ).fetchall()
    assert kinds == [("VIEW",)]


def test_evidence_says_what_it_says_in_the_build(generation: Generation, build_file: Path) -> None:
    """Every row of it, though nothing but its definition and the facts were published."""
    rows = "from marts.kpi_evidence order by all"
    with (
        duckdb.connect(build_file, read_only=True) as build,
        duckdb.connect(generation.database, read_only=True) as published,
    ):
        assert published.execute(rows).fetchall() == build.execute(rows).fetchall()


def test_values_lie_in_the_order_in_which_they_are_asked(
    change_build: Callable[[str], Path], facts: GenerationFacts, tmp_path: Path
) -> None:
    """Whatever their order in the build: segment, period and code together, so that a scan passes over the others."""
    shuffled = change_build(
        "create or replace table marts.kpi_values as from marts.kpi_values order by hash(kpi_values)"
    )
    published = publish_generation(shuffled, tmp_path / "published", facts)
    by = "segment_type, period_type, kpi_code, statistic, dimension, segment_value, period_start"
    with duckdb.connect(published.database, read_only=True) as connection:
        found = connection.execute(f"select {by} from marts.kpi_values order by rowid").fetchall()
    assert len(found) > 100
    assert found == sorted(found)


def test_the_publisher_bounds_its_memory(tmp_path: Path) -> None:
    """By itself, not by the machine: a large build would else take what there is."""
    with connect(None, tmp_path) as connection:
        limit, threads = connection.execute(
            "select current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()[0]
    assert (limit, threads) == ("953.6 MiB", 2)


def test_evidence_reads_under_any_alias_even_beside_tables_of_the_same_name(
    generation: Generation, build_file: Path
) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.fct_deals as select 'not this one' as deal_id")
        connection.execute(f"attach '{generation.database}' as last_night (read_only)")
        found = connection.execute(
            "select count(*), count(distinct kpi_code) from last_night.marts.kpi_evidence"
        ).fetchone()
    with duckdb.connect(build_file, read_only=True) as build:
        expected = build.execute("select count(*) from marts.kpi_evidence").fetchone()
    assert expected is not None
    assert found == (expected[0], 8)


def test_descriptions_of_tables_views_and_columns_travel(generation: Generation) -> None:
    with duckdb.connect(generation.database, read_only=True) as connection:
        described = connection.execute(
            "select comment from duckdb_tables() where table_name = 'dim_partners' union all "
            "select comment from duckdb_views() where view_name = 'kpi_evidence' union all "
            "select comment from duckdb_columns() "
            "where table_name = 'kpi_evidence' and column_name = 'numerator'"
        ).fetchall()
    assert [text for (text,) in described] == [
        "One row per partner, as of the run's date.",
        "One row per thing that counts, or might have counted, for a KPI.",
        "What this row adds above the line.",
    ]


def test_the_manifest_names_every_file_with_its_hash(generation: Generation) -> None:
    manifest = json.loads((generation.directory / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["generation"] == 1
    assert manifest["facts"]["as_of_date"] == "2026-08-31"
    assert manifest["kpi_definition_versions"]["won_amount"] == "1"
    for file in manifest["files"]:
        content = (generation.directory / file["path"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert "partner_kpi.duckdb" in {file["path"] for file in manifest["files"]}


def test_the_content_hash_does_not_depend_on_the_order_of_rows(
    generation: Generation, change_build: Callable[[str], Path], facts: GenerationFacts, tmp_path: Path
) -> None:
    shuffled = change_build(
        "create or replace table marts.fct_deals as from marts.fct_deals order by hash(deal_id);"
        "create or replace table marts.kpi_values as from marts.kpi_values order by hash(kpi_values);"
        "update marts.run_info set fiscal_year_start = 3"
    )
    other = publish_generation(shuffled, tmp_path / "published", facts)
    before = {relation.name: relation.content_hash for relation in generation.manifest.relations}
    after = {relation.name: relation.content_hash for relation in other.manifest.relations}
    assert {name for name in before if before[name] != after[name]} == {"marts.run_info"}


def test_the_pointer_moves_to_the_next_number_and_old_generations_stay(
    build_file: Path, facts: GenerationFacts, tmp_path: Path
) -> None:
    assert current_generation(tmp_path) is None
    first = publish_generation(build_file, tmp_path, facts)
    first.directory.rename(tmp_path / "gen-000041")
    second = publish_generation(build_file, tmp_path, facts)
    assert second.number == 42
    assert (tmp_path / "current").readlink() == Path("gen-000042")
    assert names_in(tmp_path) == {"gen-000041", "gen-000042", "current"}
    assert current_generation(tmp_path) == second


def test_two_publishings_of_one_build_differ_only_in_number_and_time(
    build_file: Path, facts: GenerationFacts, tmp_path: Path
) -> None:
    later = facts.model_copy(update={"created_at": dt.datetime(2026, 9, 2)})
    first = publish_generation(build_file, tmp_path, facts).manifest
    second = publish_generation(build_file, tmp_path, later).manifest
    assert first.relations == second.relations


@pytest.mark.parametrize(
    ("break_it", "error", "said"),
    [
        ("drop table marts.kpi_values", NotABuildError, "lacks marts.kpi_values"),
        (
            "create view marts.leak as select * from intermediate.int_left_behind",
            UnpublishableViewError,
            "marts.leak cannot be published: it reads intermediate.int_left_behind",
        ),
        (
            "create table marts.x as select 1 as a; create view evidence.gone as select a from marts.x; "
            "drop table marts.x",
            GenerationNotWrittenError,
            "Readers still see the generation before",
        ),
    ],
)
def test_a_build_that_cannot_be_published_leaves_the_readers_where_they_were(
    break_it: str,
    error: type[PartnerKpiError],
    said: str,
    change_build: Callable[[str], Path],
    published_once: Generation,
) -> None:
    published = published_once.directory.parent
    with pytest.raises(error, match=said):
        publish_generation(change_build(break_it), published, published_once.manifest.facts)
    assert names_in(published) == {"gen-000001", "current"}
    assert current_generation(published) == published_once


def test_a_failure_before_the_pointer_moves_leaves_it(
    build_file: Path, published_once: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = published_once.directory.parent

    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generations, "fingerprint_files", disk_full)
    with pytest.raises(GenerationNotWrittenError, match="No space left on device"):
        publish_generation(build_file, published, published_once.manifest.facts)
    assert names_in(published) == {"gen-000001", "current"}
    assert current_generation(published) == published_once


def test_what_a_killed_run_left_is_swept_away(build_file: Path, facts: GenerationFacts, tmp_path: Path) -> None:
    (tmp_path / ".gen-000001.partial" / "parquet").mkdir(parents=True)
    (tmp_path / ".current.partial").symlink_to("gen-000001")
    publish_generation(build_file, tmp_path, facts)
    assert names_in(tmp_path) == {"gen-000001", "current"}


def test_a_missing_build_is_one_sentence(facts: GenerationFacts, tmp_path: Path) -> None:
    with pytest.raises(NotABuildError, match="there is no such file"):
        publish_generation(tmp_path / "nothing.duckdb", tmp_path, facts)


def test_a_view_is_taken_apart_by_the_parser_not_by_its_text(
    change_build: Callable[[str], Path], build_file: Path, facts: GenerationFacts, tmp_path: Path
) -> None:
    catalog = build_file.stem
    build = change_build(
        f'create view evidence.aliased (a, "b c") as '
        f'with deals as (select * from "{catalog}".marts.fct_deals) '
        f"select '{catalog}.marts.fct_deals', {catalog}.marts.fct_deals.deal_id "
        f"from {catalog}.marts.fct_deals where deal_id in (select deal_id from deals)"
    )
    published = publish_generation(build, tmp_path / "published", facts)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published.database}' as elsewhere (read_only)")
        row = connection.execute('select a, "b c" from elsewhere.evidence.aliased order by all limit 1').fetchone()
    assert row == (f"{catalog}.marts.fct_deals", "salesforce:006000000")


def test_damage_is_found_and_named(published_once: Generation) -> None:
    published = published_once
    verify_generation(published)
    (published.directory / "parquet" / "fct_deals.parquet").unlink()
    (published.directory / "parquet" / "stray.parquet").write_bytes(b"")
    with published.database.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"\0\1\2")
    with pytest.raises(DamagedGenerationError) as caught:
        verify_generation(published)
    assert caught.value.findings == (
        "parquet/fct_deals.parquet is missing",
        "parquet/stray.parquet is not in the manifest",
        "partner_kpi.duckdb has changed since it was published",
    )


def test_a_pointer_to_something_else_is_damage(tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to("gen-000007")
    with pytest.raises(DamagedGenerationError, match=r"manifest\.json is missing"):
        current_generation(tmp_path)
