"""The gate: what a delivery must promise before it becomes raw data.

Business rules stand in `suites/`, one YAML per source; structure rules are derived from the contract. `gate`
runs both with Great Expectations on the parsed delivery. Nothing here reads a vendor's file or writes to the
warehouse.
"""
