-- One row per partner with requirements and stretch of time in which as many of them were met: [valid_from, valid_to).
with changes as (

    select partner_id, valid_from as change_date, 1 as requirement_change, is_met::integer as met_change
    from {{ ref('fct_coverage') }}
    union all
    select partner_id, valid_to, -1, -is_met::integer
    from {{ ref('fct_coverage') }}
    where not is_current

),

by_day as (

    select partner_id, change_date, sum(requirement_change) as requirement_change, sum(met_change) as met_change
    from changes
    group by all
    having sum(requirement_change) != 0 or sum(met_change) != 0

),

standing as (

    select
        partner_id,
        change_date as valid_from,
        lead(change_date) over chronology as valid_to,
        cast(sum(requirement_change) over chronology as bigint) as requirement_count,
        cast(sum(met_change) over chronology as bigint) as met_count
    from by_day
    window chronology as (partition by partner_id order by change_date)

)

select
    partner_id || '/' || valid_from as compliance_id,
    partner_id,
    valid_from,
    valid_to,
    requirement_count,
    met_count,
    met_count = requirement_count as is_compliant
from standing
where requirement_count > 0
