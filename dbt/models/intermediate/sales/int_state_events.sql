-- One row per recorded save of an entity's state, of every kind of entity that moves through states.
with deal_stages as (

    select * from {{ ref('stg_policy__deal_stages') }}

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
