"""The only room that imports Dagster: thin wrappers of `partner_kpi.road`, so that runs can be scheduled and watched."""
