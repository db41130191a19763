"""What leaves the warehouse: generations for BI, the leadership workbook, and the evidence behind one number.

Everything here reads a finished build or a published generation and writes new files. It never sees raw data,
never computes a KPI (that is dbt's), and imports neither Dagster nor dbt.
"""
