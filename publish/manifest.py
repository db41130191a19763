"""What a generation says about itself: the shape of manifest.json, and the facts a publisher is given.

Only values live here. Which files a generation has, and how they are hashed, is `publish.folder`'s.
"""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict

MANIFEST_NAME = "manifest.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeliveryFact(_Frozen):
    """One accepted load that the build has seen; `load_seq` is its place in the ledger."""

    load_seq: int
    export: str
    instance: str
    as_of_date: dt.date
    file_name: str
    sha256: str
    rows_accepted: int


class GenerationFacts(_Frozen):
    """What only the caller knows of its build: its clock, its cut through the ledger, its settings.

    `created_at` is UTC without a zone. `policies` are the loads of reference files (targets, weights, stage
    map) in force; `deliveries` all others. `build_fingerprint` identifies the code and the inputs of the
    build.
    """

    created_at: dt.datetime
    as_of_date: dt.date
    known_sequence: int
    known_at: dt.datetime | None
    deliveries: tuple[DeliveryFact, ...]
    policies: tuple[DeliveryFact, ...]
    settings: dict[str, str | int | bool | None]
    build_fingerprint: str


class RelationFact(_Frozen):
    """A table (or published view) as readers find it; the hash does not depend on the order of rows."""

    name: str
    kind: Literal["table", "view"]
    rows: int
    content_hash: str


class FileFact(_Frozen):
    """A file of the generation, its path relative to the generation's folder."""

    path: str
    bytes: int
    sha256: str


class Manifest(_Frozen):
    """The whole of manifest.json. `generation` is 0 for a replay, which never was what readers see."""

    manifest_version: Literal[1] = 1
    generation: int
    facts: GenerationFacts
    kpi_definition_versions: dict[str, str]
    relations: tuple[RelationFact, ...]
    files: tuple[FileFact, ...]

    def to_json(self) -> str:
        """Indented JSON with a newline at its end: a person reads it too."""
        return self.model_dump_json(indent=2) + "\n"
