-- One row per code with its dimension and kind of segment it is computed for. `schedule_id` tells codes, dimensions, and
-- whether single partners or groups are asked for: what shares one has the same windows.
select
    measures.kpi_code,
    measures.dimension,
    segments.segment_type,
    segments.segment_type = 'partner' as is_partner_segment,
    dense_rank() over (
        order by measures.kpi_code, measures.dimension, segments.segment_type = 'partner'
    ) as schedule_id
from (select distinct kpi_code, dimension from {{ ref('int_kpi_circumstances') }}) as measures
inner join {{ ref('int_kpi_segments') }} as segments on measures.kpi_code = segments.kpi_code
