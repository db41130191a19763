-- One row per schedule, month and window that holds the month. All time holds every month and what has none: it has one row,
-- without a month.
with schedules as (

    select distinct schedule_id, kpi_code, is_partner_segment from {{ ref('int_kpi_measures') }}

),

windows as (

    select schedules.schedule_id, windows.*
    from schedules
    inner join {{ ref('int_kpi_windows') }} as windows
        on schedules.kpi_code = windows.kpi_code
        and schedules.is_partner_segment = windows.is_partner_segment

),

bounded as (

    select
        *,
        cast(unnest(generate_series(period_start, window_end, interval 1 month)) as date) as window_month
    from windows
    where period_type != 'all_time'

)

select
    schedule_id,
    window_month,
    window_id,
    basis,
    window_end,
    window_month = period_start as is_first_month,
    window_month = date_trunc('month', window_end) as is_last_month
from bounded

union all

select schedule_id, null, window_id, basis, window_end, false, false
from windows
where period_type = 'all_time'
