"""Takes deliveries in: contracts, vendor mappings, parsing, raw history and the ledger.

Pure Python and DuckDB. Neither the orchestrator nor the audit library may be imported here: the audit is
handed in as a function (see `ingest.load`).
"""
