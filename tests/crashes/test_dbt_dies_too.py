"""dbt in its own process while the run dies: it ends at once, and the next run has the raw file for itself."""

POINTS_OF_DBT = {"build.told", "build.running"}
