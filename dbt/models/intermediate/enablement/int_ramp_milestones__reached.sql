-- One row per start of a ramp and milestone that was reached: the day of the n-th event, or of the one that took the bookings
-- over the threshold. Only what happened before the partner left counts.
with events as (

    select
        starts.ramp_start_id,
        milestones.milestone,
        coalesce(milestones.event_count, 1) as event_count,
        milestones.threshold_amount,
        events.event_id,
        events.event_date,
        events.amount
    from {{ ref('int_ramp_starts') }} as starts
    inner join {{ ref('int_ramp_events') }} as events
        on starts.partner_id = events.partner_id
        and events.event_date >= starts.counts_from
        and (starts.left_date is null or events.event_date < starts.left_date)
    inner join {{ ref('stg_policy__ramp_milestones') }} as milestones on events.event = milestones.event

),

counted as (

    -- The first of millions of logins needs no order: only what counts further is numbered.
    select
        *,
        row_number() over so_far as event_number,
        sum(amount) over so_far as amount_so_far
    from events
    where event_count > 1 or threshold_amount is not null
    window so_far as (
        partition by ramp_start_id, milestone order by event_date, event_id rows between unbounded preceding and current row
    )

)

select ramp_start_id, milestone, min(event_date) as milestone_date
from events
where event_count <= 1 and threshold_amount is null
group by ramp_start_id, milestone
union all
select ramp_start_id, milestone, min(event_date)
from counted
where if(threshold_amount is null, event_number >= event_count, amount_so_far >= threshold_amount)
group by ramp_start_id, milestone
