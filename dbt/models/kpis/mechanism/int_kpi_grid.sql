-- One row per value that ought to exist: code, dimension and segment with any evidence, in each of its windows.
select
    series.series_id,
    windows.window_id
from {{ ref('int_kpi_series') }} as series
inner join {{ ref('int_kpi_windows') }} as windows
    on series.kpi_code = windows.kpi_code
    and series.is_partner_segment = windows.is_partner_segment
