-- One row per stretch of membership, start of the ramp and milestone.
with ramps as (

    select
        starts.*,
        milestones.milestone,
        starts.clock_start || '>' || milestones.milestone as ramp,
        reached.milestone_date,
        horizons.observed_through,
        horizons.history_from
    from {{ ref('int_ramp_starts') }} as starts
    cross join {{ ref('stg_policy__ramp_milestones') }} as milestones
    inner join {{ ref('int_ramp_horizons') }} as horizons
        on starts.instance = horizons.instance
        and milestones.event = horizons.event
    left join {{ ref('int_ramp_milestones__reached') }} as reached
        on starts.ramp_start_id = reached.ramp_start_id
        and milestones.milestone = reached.milestone

),

ended as (

    select
        *,
        case
            when milestone_date <= observed_through then 'reached'
            when left_date <= observed_through then 'left'
            else 'censored'
        end as outcome,
        least(milestone_date, left_date, observed_through) as ended_date
    from ramps

)

select
    ramp_start_id || '>' || milestone as ramp_id,
    partner_id,
    cast(spell_number as bigint) as spell_number,
    clock_start,
    milestone,
    ramp,
    start_date,
    milestone_date,
    left_date,
    outcome,
    ended_date,
    cast(ended_date - start_date as bigint) as days,
    observed_through,
    case
        when is_test then 'test_record'
        -- It may have been reached before anything was shown.
        when start_date < history_from then 'before_history'
        when least(milestone_date, left_date) < start_date then 'stop_before_start'
        when start_date > observed_through then 'after_observation'
    end as excluded_reason
from ended
