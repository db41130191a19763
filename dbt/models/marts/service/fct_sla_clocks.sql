-- One row per clock: a ticket's first response, each next response and resolution, a deal registration's approval.
with clocks as (

    select
        clocks.*,
        policies.policy_id,
        policies.target,
        policies.target_unit,
        if(policies.is_on_calendar, policies.calendar_id, null) as calendar_id,
        coalesce(targets.is_source_due, false) as is_source_due,
        targets.target_seconds,
        if(targets.is_source_due, clocks.source_due_at, due_times.due_at) as due_at,
        due_times.at_risk_at,
        times.* exclude (sla_clock_id)
    from {{ ref('int_sla_clocks') }} as clocks
    left join {{ ref('int_sla_clock_policies') }} as policies on clocks.sla_clock_id = policies.sla_clock_id
    left join {{ ref('int_sla_targets') }} as targets on clocks.sla_clock_id = targets.sla_clock_id
    left join {{ ref('int_sla_due_times') }} as due_times on clocks.sla_clock_id = due_times.sla_clock_id
    left join {{ ref('int_sla_times') }} as times on clocks.sla_clock_id = times.sla_clock_id

),

judged as (

    select
        *,
        case
            when due_at is null then 'not_applicable'
            when cancelled_at <= due_at then 'cancelled'
            when stopped_at <= due_at then 'met'
            when stopped_at is not null or cancelled_at is not null then 'breached'
            when due_at < observed_end_at then 'breached_open'
            when is_paused then 'paused'
            else 'running'
        end as state
    from clocks

)

select
    sla_clock_id,
    process,
    metric,
    entity_type,
    entity_id,
    instance,
    partner_id,
    priority,
    started_at,
    started_date,
    stopped_at,
    {{ local_date('stopped_at') }} as stopped_date,
    cancelled_at,
    {{ local_date('cancelled_at') }} as cancelled_date,
    cancel_reason,
    policy_id,
    target,
    target_unit,
    calendar_id,
    target_seconds,
    due_at,
    {{ local_date('due_at') }} as due_date,
    is_source_due,
    coalesce(due_at < observed_end_at, false) as is_due,
    at_risk_at,
    {{ local_date('at_risk_at') }} as at_risk_date,
    elapsed_seconds,
    business_seconds,
    observable_business_seconds,
    cast(elapsed_seconds as double) / nullif(target_seconds, 0) as used_share,
    state,
    cast(reopen_count as bigint) as reopen_count,
    accountable,
    source_due_at,
    source_met,
    coalesce(state in ('met', 'breached', 'breached_open') and source_met != (state = 'met'), false) as is_disagreement,
    observed_through,
    history_from,
    history_quality,
    excluded_reason
from judged
