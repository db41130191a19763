"""A generation: an immutable folder of what readers may see, and the pointer `current` to the newest.

It is written beside its place, read back, renamed, and only then pointed to; a failure at any step leaves the
readers where they were. One publisher at a time: the caller holds the home's lock. Removing old generations
is not here, nor going back to one (`publish.rollback`).
"""

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import ValidationError

from ingest.crash_points import passing
from publish.database import DATABASE_NAME
from publish.errors import DamagedGenerationError, GenerationNotWrittenError, NotABuildError
from publish.folder import ContentDiffersError, fill_folder, fingerprint_files, synchronise
from publish.manifest import MANIFEST_NAME, GenerationFacts, Manifest

_FOLDER = re.compile(r"gen-(\d{6,})")
_POINTER = "current"


@dataclass(frozen=True, kw_only=True)
class Generation:
    """A published generation: its folder `gen-NNNNNN` and what its manifest says."""

    directory: Path
    manifest: Manifest

    @property
    def number(self) -> int:
        """1 for the first generation ever published here."""
        return self.manifest.generation

    @property
    def database(self) -> Path:
        """The DuckDB file, by its real path: old drivers must not open it through the moving pointer."""
        return self.directory / DATABASE_NAME


def publish_generation(build_file: Path, published: Path, facts: GenerationFacts) -> Generation:
    """Make the next generation of a finished build and move `current` to it.

    Raises NotABuildError, UnpublishableViewError or GenerationNotWrittenError; `current` then stays where it
    was.
    """
    if not build_file.is_file():
        raise NotABuildError(build_file, "there is no such file")
    try:
        published.mkdir(parents=True, exist_ok=True)
        for left_by_a_killed_run in published.glob(".gen-*.partial"):
            shutil.rmtree(left_by_a_killed_run)
        number = _next_number(published)
        directory = published / f"gen-{number:06d}"
        partial = published / f".{directory.name}.partial"
        try:
            manifest = write_generation(build_file, partial, number, facts)
            partial.rename(directory)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        passing("publish.renamed")
        synchronise(published)
        point_to(directory)
    except (OSError, duckdb.Error, ContentDiffersError) as error:
        raise GenerationNotWrittenError(published, str(error)) from error
    return Generation(directory=directory, manifest=manifest)


def current_generation(published: Path) -> Generation | None:
    """The generation that `current` points to; None when nothing was published yet.

    Raises DamagedGenerationError when it points to something that is not a whole generation.
    """
    pointer = published / _POINTER
    if not pointer.is_symlink():
        return None
    return read_generation(published / pointer.readlink())


def list_generations(published: Path) -> tuple[Generation, ...]:
    """All whole generations there are, oldest first; a damaged one is left out."""
    found = []
    for directory in sorted(published.glob("gen-*")):
        if _FOLDER.fullmatch(directory.name):
            with suppress(DamagedGenerationError):
                found.append(read_generation(directory))
    return tuple(sorted(found, key=lambda generation: generation.number))


def read_generation(directory: Path) -> Generation:
    """A generation by its folder. Raises DamagedGenerationError where its manifest does not read."""
    try:
        manifest = Manifest.model_validate_json((directory / MANIFEST_NAME).read_bytes())
    except OSError as error:
        raise DamagedGenerationError(directory, [f"{MANIFEST_NAME} is missing"]) from error
    except ValidationError as error:
        raise DamagedGenerationError(directory, [f"{MANIFEST_NAME} does not read as a manifest"]) from error
    return Generation(directory=directory, manifest=manifest)


def verify_generation(generation: Generation) -> None:
    """Compare every file's bytes with the manifest. Raises DamagedGenerationError naming all differences."""
    declared = {file.path: file.sha256 for file in generation.manifest.files}
    found = {file.path: file.sha256 for file in fingerprint_files(generation.directory)}
    del found[MANIFEST_NAME]
    findings = [f"{path} is missing" for path in sorted(declared.keys() - found.keys())]
    findings += [f"{path} is not in the manifest" for path in sorted(found.keys() - declared.keys())]
    findings += [
        f"{path} has changed since it was published"
        for path in sorted(declared.keys() & found.keys())
        if declared[path] != found[path]
    ]
    if findings:
        raise DamagedGenerationError(generation.directory, findings)


def _next_number(published: Path) -> int:
    numbers = [int(match[1]) for entry in published.iterdir() if (match := _FOLDER.fullmatch(entry.name))]
    return max(numbers, default=0) + 1


def write_generation(
    build_file: Path,
    partial: Path,
    number: int,
    facts: GenerationFacts,
    *,
    add: Callable[[Path], None] = lambda _: None,
) -> Manifest:
    """Fill the folder `partial`; when this returns, all of it was read back and is on disk.

    `add` is given the database and may put more files into the folder before they are fingerprinted.
    """
    relations, versions = fill_folder(build_file, partial)
    add(partial / DATABASE_NAME)
    files = fingerprint_files(partial)
    passing("publish.files_written")
    manifest = Manifest(
        generation=number, facts=facts, kpi_definition_versions=versions, relations=relations, files=files
    )
    (partial / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
    passing("publish.manifest_written")
    synchronise(*partial.rglob("*"), partial)
    return manifest


def point_to(directory: Path) -> None:
    """Make the generation in this folder the one that readers see; in one step, whatever else happens."""
    beside = directory.with_name(f".{_POINTER}.partial")
    beside.unlink(missing_ok=True)
    beside.symlink_to(directory.name, target_is_directory=True)
    passing("publish.pointer_beside")
    beside.replace(directory.with_name(_POINTER))
    synchronise(directory.parent)
