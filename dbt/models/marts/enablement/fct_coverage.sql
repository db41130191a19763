-- One row per partner, requirement in force for it and stretch of time in which the same number of holders met it:
-- [valid_from, valid_to), the present one marked.
with run as (

    select * from {{ ref('int_run_parameters') }}

),

stretches as (

    select
        stretches.*,
        coalesce(stretches.valid_to > run.as_of_date, true) as is_current,
        -- The first day of the gap that the stretch is part of.
        min(stretches.valid_from) filter (where not stretches.is_met) over (
            partition by stretches.requirement_stretch_id, stretches.last_met_from
        ) as gap_began
    from {{ ref('int_coverage_stretches') }} as stretches
    cross join run
    where stretches.valid_from <= run.as_of_date

),

next_expiries as (

    -- Who of the present holders is the first to be one no more.
    select
        stretches.requirement_stretch_id,
        min(qualifications.valid_to) as valid_to,
        min_by(qualifications.holder_id, (qualifications.valid_to, qualifications.holder_id)) as holder_id
    from stretches
    cross join run
    inner join {{ ref('fct_qualifications') }} as qualifications
        on stretches.partner_id = qualifications.partner_id
        and stretches.kind = qualifications.kind
        and lower(stretches.required_name) = lower(qualifications.qualification)
        and qualifications.valid_from <= run.as_of_date
        and qualifications.valid_to > run.as_of_date
    where stretches.is_current
    group by stretches.requirement_stretch_id

)

select
    stretches.partner_id || '/' || stretches.requirement_id || '/' || stretches.valid_from as coverage_id,
    stretches.partner_id,
    stretches.requirement_id,
    stretches.kind,
    stretches.required_name,
    stretches.valid_from,
    stretches.valid_to,
    stretches.is_current,
    stretches.required_count,
    cast(stretches.held_count as bigint) as held_count,
    cast(least(stretches.held_count, stretches.required_count) as bigint) as counted_count,
    cast(stretches.required_count - counted_count as bigint) as gap_count,
    if(stretches.required_count = 0, 1, counted_count / stretches.required_count) as coverage_share,
    stretches.is_met,
    if(stretches.is_current, next_expiries.valid_to - 1, null) as next_expiry_date,
    if(stretches.is_current, next_expiries.holder_id, null) as next_expiry_holder_id,
    if(stretches.is_met, stretches.next_gap_date, null) as falls_below_date,
    if(stretches.is_met, null, stretches.gap_began) as gap_since_date,
    if(stretches.is_met, null, stretches.gap_began + cast(requirements.remediation_days as integer)) as remediation_due_date,
    stretches.is_current
    and not stretches.is_met
    and coalesce(stretches.gap_began + cast(requirements.remediation_days as integer) >= run.as_of_date, false)
        as is_in_remediation
from stretches
cross join run
inner join {{ ref('stg_policy__certification_requirements') }} as requirements using (requirement_id)
left join next_expiries using (requirement_stretch_id)
