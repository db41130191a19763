-- One row per clock of any process that is kept (policy sla_processes): when it started and how it ended within what its
-- sources have shown, with what a policy may ask of it. Whole seconds.
with clocks as (

    select * from {{ ref('int_ticket_clocks') }}
    union all
    select * from {{ ref('int_registration_clocks') }}

),

observed as (

    -- A date has been shown until it is over in the reporting time zone.
    select
        clocks.* replace (
            date_trunc('second', clocks.started_at) as started_at,
            date_trunc('second', clocks.stops_at) as stops_at,
            date_trunc('second', clocks.cancels_at) as cancels_at
        ),
        processes.accountable,
        processes.pauses,
        {{ start_of_local_date('clocks.observed_through + 1') }} as observed_end_at
    from clocks
    inner join {{ ref('stg_policy__sla_processes') }} as processes
        on clocks.process = processes.process
        and clocks.metric = processes.metric

),

ended as (

    select
        * exclude (stops_at, cancels_at, cancel_reason),
        if(stops_at < observed_end_at and (cancels_at is null or stops_at <= cancels_at), stops_at, null) as stopped_at,
        if(cancels_at < observed_end_at and (stops_at is null or cancels_at < stops_at), cancels_at, null) as cancelled_at,
        if(cancelled_at is not null, cancel_reason, null) as cancel_reason,
        greatest(started_at, coalesce(stopped_at, cancelled_at, observed_end_at)) as ended_at,
        {{ local_date('started_at') }} as started_date
    from observed

),

last_priorities as (

    -- The last priority that the clock saw.
    select
        ended.sla_clock_id,
        max_by(events.event_value, (events.occurred_at, events.event_id)) as priority
    from {{ ref('stg_support__ticket_events') }} as events
    inner join ended
        on events.ticket_id = ended.entity_id
        and events.occurred_at <= ended.ended_at
    where events.event_type = 'priority' and events.event_value is not null
    group by ended.sla_clock_id

)

select
    ended.* exclude (last_priority, excluded_reason),
    coalesce(last_priorities.priority, ended.last_priority) as priority,
    history.tier,
    history.partner_type,
    history.country,
    coalesce(history.region, ended.stated_region) as region,
    coalesce(
        ended.excluded_reason,
        case
            when ended.started_at is null or ended.is_end_undated then 'no_event_date'
            when ended.stopped_at < ended.started_at or ended.cancelled_at < ended.started_at then 'stop_before_start'
            when ended.started_at >= ended.observed_end_at then 'after_observation'
            when ended.started_date < ended.history_from then 'before_history'
        end
    ) as excluded_reason
from ended
left join {{ ref('dim_partner_history') }} as history
    on ended.partner_id = history.partner_id
    and ended.started_date >= history.valid_from
    and ended.started_date < coalesce(history.valid_to, date '9999-12-31')
left join last_priorities on ended.sla_clock_id = last_priorities.sla_clock_id
