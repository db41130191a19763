"""The only room that imports Dagster: thin wrappers of `partner_kpi.road`, to schedule runs and watch them."""
