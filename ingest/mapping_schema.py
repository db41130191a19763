"""Writes the JSON Schema of vendor files beside them: `python -m ingest.mapping_schema`."""

from __future__ import annotations

from ingest.mapping import mapping_schema
from ingest.mapping_file import BUILT_IN

if __name__ == "__main__":
    (BUILT_IN / "vendor.schema.json").write_text(mapping_schema(), encoding="utf-8")
