-- One row per visit of a deal, a deal registration or a ticket to a state of its process.
with visits as (

    -- A state that the policy does not know neither closes nor opens anything.
    select
        *,
        state_meaning not in ('open', 'unknown') as is_closed,
        previous_meaning not in ('open', 'unknown') as was_closed,
        if(entity_type = 'deal', state, null) as deal_stage
    from {{ ref('int_state_visits') }}

),

entities as (

    select
        'deal' as entity_type,
        deal_id as entity_id,
        partner_id,
        route,
        observed_through,
        history_from,
        history_quality,
        if(outcome in ('won', 'lost'), outcome, null) as closed_as,
        closed_date,
        excluded_reason
    from {{ ref('fct_deals') }}
    union all
    select
        'deal_registration',
        registration_id,
        partner_id,
        null,
        observed_through,
        history_from,
        'full',
        null,
        null,
        excluded_reason
    from {{ ref('fct_deal_registrations') }}
    union all
    select
        'ticket',
        ticket_id,
        partner_id,
        null,
        observed_through,
        history_from,
        history_quality,
        null,
        null,
        coalesce(excluded_reason, if(ended_as = 'merged_into_other', ended_as, null))
    from {{ ref('int_tickets__ended') }}

)

select
    visits.entity_type || '/' || visits.entity_id || '/' || visits.visit_sequence as state_visit_id,
    visits.entity_type,
    visits.entity_id,
    entities.partner_id,
    entities.route,
    visits.state,
    visits.state_meaning,
    visits.visit_sequence,
    visits.visit_number,
    visits.entered_at,
    visits.entered_date,
    -- A history that lags behind: the deal is closed, and so its last stage was left when it closed; a stage that was
    -- entered after that, or on that day, was left at once.
    visits.state_meaning = 'open' and visits.next_state is null and entities.closed_as is not null as is_ended_by_close,
    if(is_ended_by_close, greatest(cast(entities.closed_date as timestamp), visits.entered_at), visits.exited_at) as exited_at,
    if(is_ended_by_close, greatest(entities.closed_date, visits.entered_date), visits.exited_date) as exited_date,
    visits.previous_state,
    visits.next_state,
    if(is_ended_by_close, entities.closed_as, visits.next_meaning) as next_meaning,
    -- How the state was entered.
    case
        when visits.previous_state is null then 'start'
        when visits.is_closed and not visits.was_closed then 'close'
        when visits.was_closed and not visits.is_closed then 'reopen'
        when visits.state_order < visits.previous_order then 'backward'
        when visits.state_order > visits.previous_order then 'forward'
        else 'sideways'
    end as direction,
    -- How it was left.
    case
        when is_ended_by_close then entities.closed_as
        when visits.next_state is null then null
        when visits.is_closed and visits.next_meaning = 'open' then 'reopen'
        when visits.next_meaning not in ('open', 'unknown') then visits.next_meaning
        when visits.next_order < visits.state_order then 'backward'
        when visits.next_order > visits.state_order then 'forward'
        else 'sideways'
    end as left_by,
    case
        when visits.state_meaning = 'open' and visits.previous_meaning = 'open' and visits.state_order > visits.previous_order + 1
            then cast(visits.state_order - visits.previous_order - 1 as bigint)
        else 0
    end as skipped_state_count,
    thresholds.stalled_after_days,
    entities.observed_through,
    entities.history_from,
    coalesce(entities.history_quality, 'none') as history_quality,
    coalesce(entities.excluded_reason, if(entities.entity_id is null, 'outside_population', null)) as excluded_reason
from visits
left join entities on visits.entity_type = entities.entity_type and visits.entity_id = entities.entity_id
left join {{ ref('int_stage_thresholds') }} as thresholds on visits.deal_stage = thresholds.stage
