"""Gives dbt's connections the key of the pseudonyms, as session variables: it stands in no SQL, log or file.

A plugin of dbt-duckdb, named in `profiles.yml` and run in dbt's own process. Session variables belong to a cursor, so
each one gets them. Without a key nothing is set, and a model that needs a pseudonym fails (macro `pseudonym`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin  # noqa: TID251 - this is dbt's own process

from ingest.keyed_hash import padded_keys
from partner_kpi.pseudonyms import find_key
from partner_kpi.settings import load_settings


class Plugin(BasePlugin):
    """Made by dbt-duckdb. The option `warehouse` is the raw file, beside which a home has its key."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Find the key once."""
        self._key = find_key(load_settings(home=Path(plugin_config["warehouse"]).parent))

    def configure_cursor(self, cursor: Any) -> None:
        """Set the two padded keys."""
        if self._key is not None:
            inner, outer = padded_keys(self._key)
            cursor.execute("set variable pseudonym_inner = $1", [inner])
            cursor.execute("set variable pseudonym_outer = $1", [outer])
