{#-
    From circumstances to segments: each row of `relation` once for every segment that its circumstances belong to and that
    its KPI is wanted for. Gives (relation's columns without segment_key) + segment_type, segment_value, is_partner_segment.
-#}
{% macro in_segments(relation) -%}
(
    select
        counted.* exclude (segment_key),
        members.segment_type,
        members.segment_value,
        members.is_partner_segment
    from {{ relation }} as counted
    inner join {{ ref('int_segment_members') }} as members on counted.segment_key = members.segment_key
    inner join {{ ref('int_kpi_segments') }} as segments
        on counted.kpi_code = segments.kpi_code
        and members.segment_type = segments.segment_type
)
{%- endmacro %}
