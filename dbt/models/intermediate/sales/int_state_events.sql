-- One row per recorded save of an entity's state, of every kind of entity that moves through states.
{{ config(materialized='view') }}

with deal_stages as (

    select * from {{ ref('stg_policy__deal_stages') }}

),

ticket_statuses as (

    select * from {{ ref('stg_policy__ticket_statuses') }}

)

select
    'deal' as entity_type,
    history.deal_id as entity_id,
    history.history_id as event_id,
    history.changed_at as occurred_at,
    history.changed_date as occurred_date,
    history.stage as state,
    coalesce(own_stages.meaning, any_stages.meaning, 'unknown') as state_meaning,
    coalesce(own_stages.stage_order, any_stages.stage_order) as state_order
from {{ ref('stg_crm__opportunity_history') }} as history
left join deal_stages as own_stages on history.stage = own_stages.stage and history.instance = own_stages.instance
left join deal_stages as any_stages on history.stage = any_stages.stage and any_stages.instance = '*'
where history.stage is not null and history.changed_at is not null

union all

-- A registration's states follow its chain, so that a resubmission is a return, not a new beginning.
select
    'deal_registration',
    chains.registration_id,
    events.event_id,
    events.occurred_at,
    events.occurred_date,
    coalesce(statuses.meaning, events.status),
    case
        when statuses.meaning in ('approved', 'rejected', 'withdrawn', 'expired') then 'closed'
        else 'open'
    end,
    null
from {{ ref('stg_prm__registration_events') }} as events
inner join {{ ref('int_registration_roots') }} as chains on events.registration_id = chains.record_id
left join {{ ref('stg_policy__registration_statuses') }} as statuses on events.status = statuses.status

union all

-- A ticket's states are the meanings of its statuses, so that two desks' words for one thing are one state.
select
    'ticket',
    events.ticket_id,
    events.event_id,
    events.occurred_at,
    events.occurred_date,
    coalesce(own_statuses.meaning, any_statuses.meaning, events.event_value),
    case
        when coalesce(own_statuses.meaning, any_statuses.meaning) in ('solved', 'closed', 'cancelled') then 'closed'
        when coalesce(own_statuses.meaning, any_statuses.meaning) is null then 'unknown'
        else 'open'
    end,
    null
from {{ ref('stg_support__ticket_events') }} as events
left join ticket_statuses as own_statuses
    on events.event_value = own_statuses.status
    and events.instance = own_statuses.instance
left join ticket_statuses as any_statuses on events.event_value = any_statuses.status and any_statuses.instance = '*'
where events.event_type = 'status' and events.event_value is not null
