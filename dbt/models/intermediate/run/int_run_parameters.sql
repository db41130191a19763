-- One row: the business date the run is computed for and the last load it may know. No clock is read.
with loads as (

    select * from {{ source('ledger', 'loads') }}

),

known as (

    select
        {% if var('known_sequence') is not none -%}
        cast({{ var('known_sequence') }} as bigint)
        {%- else -%}
        coalesce(max(load_seq), 0)
        {%- endif %} as known_sequence
    from loads

)

select
    known.known_sequence,
    {% if var('as_of') is not none -%}
    cast('{{ var("as_of") }}' as date)
    {%- else -%}
    (
        select max(as_of_date)
        from loads
        where
            verdict = 'accepted'
            and load_seq <= known.known_sequence
            and export in ({% for name in var('as_of_exports') %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %})
    )
    {%- endif %} as as_of_date,
    (select max(committed_at) from loads where load_seq <= known.known_sequence) as known_at,
    '{{ var("reporting_currency") }}' as reporting_currency,
    '{{ var("reporting_timezone") }}' as reporting_timezone,
    cast({{ var("fiscal_year_start") }} as integer) as fiscal_year_start
from known
