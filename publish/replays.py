"""A replay: a past scorecard as a folder like a generation's, workbook included, beside the published ones.

It never is what readers see: no number, no pointer. What it is computed for is its caller's.
"""

import shutil
from contextlib import suppress
from pathlib import Path

import duckdb

from ingest.crash_points import passing
from publish.errors import DamagedGenerationError, GenerationNotWrittenError, NotABuildError, ReplayPlaceTakenError
from publish.folder import ContentDiffersError, synchronise
from publish.generation import Generation, read_generation, write_generation
from publish.manifest import GenerationFacts
from publish.workbook import write_workbook

REPLAY = 0


def publish_replay(build_file: Path, directory: Path, facts: GenerationFacts) -> Generation:
    """Write a finished build as a replay into `directory`, where it replaces an earlier replay.

    Raises ReplayPlaceTakenError where something else is there, NotABuildError, UnpublishableViewError or
    GenerationNotWrittenError; what was there then stays.
    """
    if not build_file.is_file():
        raise NotABuildError(build_file, "there is no such file")
    partial, old = (directory.with_name(f".{directory.name}.{kind}") for kind in ("partial", "old"))
    refuse_taken(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        for left_by_a_killed_run in (partial, old):
            shutil.rmtree(left_by_a_killed_run, ignore_errors=True)
        try:
            workbook = workbook_name(facts)
            manifest = write_generation(
                build_file, partial, REPLAY, facts, add=lambda file: write_workbook(file, file.with_name(workbook))
            )
            if directory.exists():
                directory.rename(old)
                passing("replay.old_renamed")
            partial.rename(directory)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        synchronise(directory.parent)
        shutil.rmtree(old, ignore_errors=True)
    except (OSError, duckdb.Error, ContentDiffersError) as error:
        raise GenerationNotWrittenError(directory.parent, str(error)) from error
    return Generation(directory=directory, manifest=manifest)


def refuse_taken(directory: Path) -> None:
    """Raise ReplayPlaceTakenError where the folder holds something that is not a replay."""
    if directory.is_dir() and find_replay(directory) is None and any(directory.iterdir()):
        raise ReplayPlaceTakenError(directory)


def find_replay(directory: Path) -> Generation | None:
    """The replay in this folder, or None where there is none."""
    with suppress(DamagedGenerationError):
        found = read_generation(directory)
        return found if found.number == REPLAY else None
    return None


def list_replays(replays: Path) -> tuple[Generation, ...]:
    """All whole replays in the home's folder for them."""
    found = (find_replay(directory) for directory in sorted(replays.glob("asof-*")))
    return tuple(replay for replay in found if replay is not None)


def workbook_name(facts: GenerationFacts) -> str:
    """What a replay's workbook is called inside its folder."""
    return f"partner_scorecard_{facts.as_of_date}.xlsx"
