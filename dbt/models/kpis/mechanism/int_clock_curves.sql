-- One row per clock KPI, segment, window and age at which anything ended: survival, incidence of the stop, risk set.
{{ survival_curve(ref('int_clock_windows'), clock_keys()) }}
