-- One row per partner, requirement and stretch of time in which the same number of holders met it, also in the days to come,
-- as far as expiries are known: [valid_from, valid_to).
with requirements as (

    select
        stretches.*,
        stretches.partner_id || '/' || stretches.requirement_id || '/' || stretches.valid_from as requirement_stretch_id,
        policy.kind,
        policy.required_name,
        policy.required_count
    from {{ ref('int_requirement_stretches') }} as stretches
    inner join {{ ref('stg_policy__certification_requirements') }} as policy using (requirement_id)

),

holders as (

    select
        requirements.requirement_stretch_id,
        qualifications.holder_id,
        greatest(qualifications.valid_from, requirements.valid_from) as valid_from,
        least(qualifications.valid_to, requirements.valid_to) as valid_to
    from requirements
    inner join {{ ref('fct_qualifications') }} as qualifications
        on requirements.partner_id = qualifications.partner_id
        and requirements.kind = qualifications.kind
        and lower(requirements.required_name) = lower(qualifications.qualification)
        and coalesce(qualifications.valid_to, date '9999-12-31') > requirements.valid_from
        and coalesce(requirements.valid_to, date '9999-12-31') > qualifications.valid_from

),

changes as (

    select requirement_stretch_id, valid_from as change_date, 0 as change from requirements
    union all
    select requirement_stretch_id, valid_from, 1 from holders
    union all
    select holders.requirement_stretch_id, holders.valid_to, -1
    from holders
    inner join requirements using (requirement_stretch_id)
    where holders.valid_to < coalesce(requirements.valid_to, date '9999-12-31')

),

by_day as (

    select requirement_stretch_id, change_date, sum(change) as change
    from changes
    group by all

),

counted as (

    select
        requirement_stretch_id,
        change_date as valid_from,
        lead(change_date) over chronology as next_change_date,
        sum(change) over chronology as held_count
    from by_day
    window chronology as (partition by requirement_stretch_id order by change_date)

)

select
    requirements.requirement_stretch_id,
    requirements.partner_id,
    requirements.requirement_id,
    requirements.kind,
    requirements.required_name,
    requirements.required_count,
    counted.valid_from,
    coalesce(counted.next_change_date, requirements.valid_to) as valid_to,
    counted.held_count,
    counted.held_count >= requirements.required_count as is_met,
    -- When too few will be left, and since when there were enough: stretches with the same answer are one gap.
    min(counted.valid_from) filter (where not is_met) over later as next_gap_date,
    max(counted.valid_from) filter (where is_met) over earlier as last_met_from
from counted
inner join requirements using (requirement_stretch_id)
window
    later as (
        partition by counted.requirement_stretch_id order by counted.valid_from rows between 1 following and unbounded following
    ),
    earlier as (
        partition by counted.requirement_stretch_id order by counted.valid_from rows between unbounded preceding and current row
    )
