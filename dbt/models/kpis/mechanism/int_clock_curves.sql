-- One row per clock series, window and age: survival, incidence of the stop, risk set.
{{ config(materialized='view') }}

{{ survival_curve(ref('int_clock_windows'), ['series_id', 'window_id']) }}
