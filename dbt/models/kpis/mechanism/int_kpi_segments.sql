-- One row per KPI code and kind of segment it is computed for.
select
    kpi_code,
    unnest(segments) as segment_type
from {{ ref('kpi_definitions') }}
