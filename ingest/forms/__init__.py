"""The forms in which exports come: packed, JSON, Parquet, sheets, in parts. `ingest.forms.plain` is the entry."""
