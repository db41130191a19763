{#-
    From circumstances to segments: each row of `relation` once for every segment that its circumstances belong to and that
    its KPI is wanted for. Gives (relation's columns without kpi_code, dimension, stretch_id and route) + series_id;
    `in_parts` for models made in parts, which then hold the segments of a part.
-#}
{% macro in_segments(relation, in_parts=false) -%}
(
    select
        counted.* exclude (kpi_code, dimension, stretch_id, route),
        {{ series_id('measures.schedule_id', 'members.segment_id') }} as series_id
    from {{ relation }} as counted
    inner join {{ ref('int_kpi_measures') }} as measures
        on counted.kpi_code = measures.kpi_code
        and counted.dimension = measures.dimension
    inner join {{ ref('int_segment_members') }} as members
        on counted.stretch_id = members.stretch_id
        and counted.route = members.route
        and measures.segment_type = members.segment_type
    {% if in_parts %}where {{ is_in_part('members.segment_id') }}{% endif %}
)
{%- endmacro %}

{#- One number for a schedule (code, dimension, partners or groups) and a segment, so that millions of rows carry no names.
    Segments are counted from one and have six digits; the grain of int_kpi_series would tell of more. -#}
{% macro series_id(schedule_id, segment_id) -%}
{{ schedule_id }} * 1000000 + {{ segment_id }}
{%- endmacro %}

{#- The schedule of a series. -#}
{% macro schedule_of(series_id) -%}
{{ series_id }} // 1000000
{%- endmacro %}
