{#-
    Business time in whole seconds: a stamp is placed on the axis of its calendar's open seconds, so that the time between
    two stamps is a subtraction, and a due time is a place on the axis turned back into a stamp.

    The caller joins int_business_stretches as `stretches`:
        to a stamp   asof left join ... on calendar_id = calendar_id and stamp >= stretches.opens_at
        to a place   asof left join ... on calendar_id = calendar_id and place > stretches.seconds_before
    Where there are millions of them, int_business_spans and int_business_places hold the same stretches, cut so that the
    join is an equality: at_business_span, at_business_place.
    A stamp in closed hours has the place of the next opening; a place at a closing is that closing, not the next opening.
-#}
{% macro business_place(stamp, stretches='stretches') -%}
coalesce(
        {{ stretches }}.seconds_before
        + date_diff('second', {{ stretches }}.opens_at, least({{ stamp }}, {{ stretches }}.closes_at)),
        0
    )
{%- endmacro %}

{#- NULL for a place that the calendar does not reach. -#}
{% macro business_stamp(place, stretches='stretches') -%}
if(
        {{ place }} <= {{ stretches }}.seconds_before + {{ stretches }}.open_seconds,
        {{ stretches }}.opens_at + to_seconds({{ place }} - {{ stretches }}.seconds_before),
        null
    )
{%- endmacro %}

{#- Which piece of eight open hours a place lies in. -#}
{% macro business_piece(place) -%}
(({{ place }}) - 1) // 28800
{%- endmacro %}

{% macro at_business_span(stamp, spans='spans') -%}
cast({{ stamp }} as date) = {{ spans }}.span_date
        and {{ stamp }} >= {{ spans }}.span_from
        and {{ stamp }} < {{ spans }}.span_to
{%- endmacro %}

{% macro at_business_place(place, places='places') -%}
{{ business_piece(place) }} = {{ places }}.piece
        and {{ place }} > {{ places }}.place_after
        and {{ place }} <= {{ places }}.place_to
{%- endmacro %}

{#- Seconds that a zone's clocks are ahead of UTC at a UTC timestamp. -#}
{% macro zone_offset(stamp, time_zone) -%}
date_diff('second', {{ stamp }}, ({{ stamp }}) at time zone 'UTC' at time zone {{ time_zone }})
{%- endmacro %}

{#- UTC timestamp at which a calendar date begins in the reporting time zone. -#}
{% macro start_of_local_date(date) -%}
cast({{ date }} as timestamp) at time zone '{{ var("reporting_timezone") }}' at time zone 'UTC'
{%- endmacro %}
