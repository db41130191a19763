-- One row: the business date the run is computed for and the last load it may know. No clock is read.
-- `partner-kpi` names both in the environment; a build by hand takes the newest business date and all that is known.
with loads as (

    select * from {{ source('ledger', 'loads') }}

),

known as (

    select
        coalesce(
            cast(nullif('{{ env_var("PARTNER_KPI_KNOWN_SEQUENCE", "") }}', '') as bigint), max(load_seq), 0
        ) as known_sequence
    from loads

)

select
    known.known_sequence,
    coalesce(
        cast(nullif('{{ env_var("PARTNER_KPI_AS_OF", "") }}', '') as date),
        (
            select max(as_of_date)
            from loads
            where
                verdict = 'accepted'
                and load_seq <= known.known_sequence
                and export in ({% for name in var('as_of_exports') %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %})
        )
    ) as as_of_date,
    (select max(committed_at) from loads where load_seq <= known.known_sequence) as known_at,
    '{{ var("reporting_currency") }}' as reporting_currency,
    '{{ var("reporting_timezone") }}' as reporting_timezone,
    cast({{ var("fiscal_year_start") }} as integer) as fiscal_year_start
from known
