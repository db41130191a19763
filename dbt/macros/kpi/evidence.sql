{#-
    The uniform row of evidence (KPIS.md section 0). A family's view is a union of selects of `evidence_row`; what is not
    named is NULL. Expressions are SQL text over the fact that the select reads.

    stock rows:  valid_from, valid_to          clock rows: day_clock(...) gives start, stop, duration, outcome
    flow rows:   event_date                    all: numerator / denominator, excluded_reason (NULL = it counts)
    Clocks in another unit than days also say for how long they could have been followed (observable_duration).
-#}
{% macro evidence_row(
    kpi_code, entity_type, entity_id, partner_id, dimension="''", subject_id='null', route='null', event_date='null',
    started_on='null', ended_on='null', valid_from='null', valid_to='null', entry_duration='null', duration='null',
    observable_duration='null', outcome='null', observed_through='null', numerator='null', denominator='null', share='null', currency='null',
    excluded_reason='null'
) -%}
'{{ kpi_code }}' as kpi_code,
    '{{ kpi_code }}/' || {{ entity_id }} || if({{ dimension }} = '', '', '/' || {{ dimension }}) as evidence_id,
    {{ partner_id }} as partner_id,
    '{{ entity_type }}' as entity_type,
    {{ entity_id }} as entity_id,
    cast({{ subject_id }} as varchar) as subject_id,
    cast({{ dimension }} as varchar) as dimension,
    cast({{ route }} as varchar) as route,
    cast({{ event_date }} as date) as event_date,
    cast({{ started_on }} as timestamp) as started_at,
    cast({{ ended_on }} as timestamp) as ended_at,
    cast({{ valid_from }} as date) as valid_from,
    cast({{ valid_to }} as date) as valid_to,
    cast({{ entry_duration }} as bigint) as entry_duration,
    cast({{ duration }} as bigint) as duration,
    cast({{ observable_duration }} as bigint) as observable_duration,
    cast({{ outcome }} as varchar) as outcome,
    cast({{ observed_through }} as date) as observed_through,
    cast({{ numerator }} as decimal(38, 12)) as numerator,
    cast({{ denominator }} as decimal(38, 12)) as denominator,
    cast({{ share }} as decimal(9, 6)) as share,
    cast({{ currency }} as varchar) as currency,
    cast({{ excluded_reason }} as varchar) as excluded_reason
{%- endmacro %}

{#-
    Evidence of a clock in days: from `start` until `stop` or until its sources had shown anything, whichever is first.
    A day clock counts calendar dates in the reporting time zone (DECISIONS.md). `entered` is the first date on which the
    clock is under observation where that is later than its start (registered on the way, start before the history):
    its entry_duration is the last age at which it was not.
-#}
{% macro day_clock_row(
    kpi_code, entity_type, entity_id, partner_id, start, stop, outcome, observed_through, dimension="''", subject_id='null',
    route='null', entered='null', excluded_reason='null'
) -%}
{{ evidence_row(
        kpi_code=kpi_code, entity_type=entity_type, entity_id=entity_id, partner_id=partner_id, dimension=dimension,
        subject_id=subject_id, route=route, started_on=start,
        event_date='if(' ~ stop ~ ' <= ' ~ observed_through ~ ', ' ~ stop ~ ', null)',
        ended_on='least(coalesce(' ~ stop ~ ', ' ~ observed_through ~ '), ' ~ observed_through ~ ')',
        entry_duration='if(' ~ entered ~ ' > ' ~ start ~ ', ' ~ entered ~ ' - ' ~ start ~ ' - 1, null)',
        duration='least(coalesce(' ~ stop ~ ', ' ~ observed_through ~ '), ' ~ observed_through ~ ') - ' ~ start,
        outcome='if(' ~ stop ~ ' <= ' ~ observed_through ~ ', ' ~ outcome ~ ", 'censored')",
        observed_through=observed_through,
        excluded_reason='coalesce(' ~ excluded_reason ~ ", case when " ~ start ~ " is null then 'no_event_date' when "
            ~ stop ~ ' < ' ~ start ~ " then 'stop_before_start' when " ~ start ~ ' > ' ~ observed_through
            ~ " then 'after_observation' when " ~ entered ~ ' > least(coalesce(' ~ stop ~ ', ' ~ observed_through ~ '), '
            ~ observed_through ~ ") then 'outside_population' end)",
    ) }}
{%- endmacro %}
