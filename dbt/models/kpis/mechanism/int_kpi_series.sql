-- One row per code, dimension and segment with any evidence: what has a value in each of its windows.
select distinct
    {{ series_id('measures.schedule_id', 'members.segment_id') }} as series_id,
    measures.schedule_id,
    circumstances.kpi_code,
    circumstances.dimension,
    members.segment_type,
    members.segment_value,
    members.is_partner_segment
from {{ ref('int_kpi_circumstances') }} as circumstances
inner join {{ ref('int_kpi_measures') }} as measures
    on circumstances.kpi_code = measures.kpi_code
    and circumstances.dimension = measures.dimension
inner join {{ ref('int_segment_members') }} as members
    on circumstances.stretch_id = members.stretch_id
    and circumstances.route = members.route
    and measures.segment_type = members.segment_type
