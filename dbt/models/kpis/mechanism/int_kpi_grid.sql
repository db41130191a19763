-- One row per value that ought to exist: KPI code, dimension and segment with any evidence, in each of its windows.
with members as (

    select distinct
        evidence.kpi_code,
        evidence.dimension,
        members.segment_type,
        members.segment_value,
        members.is_partner_segment
    from (select distinct kpi_code, dimension, segment_key from {{ ref('int_kpi_evidence') }}) as evidence
    inner join {{ ref('int_segment_members') }} as members on evidence.segment_key = members.segment_key
    inner join {{ ref('int_kpi_segments') }} as segments
        on evidence.kpi_code = segments.kpi_code
        and members.segment_type = segments.segment_type

)

select
    members.kpi_code,
    members.dimension,
    members.segment_type,
    members.segment_value,
    windows.aggregation,
    windows.period_type,
    windows.period_start,
    windows.period_end,
    windows.window_end,
    windows.is_complete
from members
inner join {{ ref('int_kpi_windows') }} as windows
    on members.kpi_code = windows.kpi_code
    and members.is_partner_segment = windows.is_partner_segment
