-- One row per deal registration: the clock from its first submission to its approval or rejection, with the times of day.
{{ config(materialized='view') }}

with registrations as (

    select * from {{ ref('fct_deal_registrations') }}

),

records as (

    select * from {{ ref('stg_prm__deal_registrations') }}

),

submissions as (

    select roots.registration_id, min(records.submitted_at) as submitted_at
    from records
    inner join {{ ref('int_registration_roots') }} as roots on records.registration_id = roots.record_id
    group by roots.registration_id

),

events as (

    select
        entity_id as registration_id,
        min(occurred_at) filter (where state = 'approved') as first_approved_at,
        max(occurred_at) filter (where state = 'rejected') as last_rejected_at,
        max(occurred_at) filter (where state = 'withdrawn') as last_withdrawn_at
    from {{ ref('int_state_events') }}
    where entity_type = 'deal_registration'
    group by entity_id

),

timed as (

    select
        registrations.*,
        submissions.submitted_at,
        case registrations.outcome
            when 'approved' then coalesce(events.first_approved_at, latest.decided_at)
            when 'rejected' then coalesce(latest.decided_at, events.last_rejected_at)
        end as stops_at,
        case registrations.outcome
            when 'expired' then coalesce({{ start_of_local_date('latest.expires_date') }}, latest.decided_at)
            when 'withdrawn' then coalesce(latest.decided_at, events.last_withdrawn_at)
        end as cancels_at
    from registrations
    inner join submissions on registrations.registration_id = submissions.registration_id
    left join records as latest on registrations.latest_registration_id = latest.registration_id
    left join events on registrations.registration_id = events.registration_id

)

select
    'registration/approval/' || registration_id as sla_clock_id,
    'registration' as process,
    'approval' as metric,
    'deal_registration' as entity_type,
    registration_id as entity_id,
    instance,
    partner_id,
    cast(null as varchar) as last_priority,
    cast(null as varchar) as channel,
    cast(null as varchar) as ticket_type,
    cast(null as varchar) as department,
    cast(null as varchar) as stated_region,
    submitted_at as started_at,
    stops_at,
    cancels_at,
    if(outcome in ('withdrawn', 'expired'), outcome, null) as cancel_reason,
    outcome != 'open' and stops_at is null and cancels_at is null as is_end_undated,
    cast(null as timestamp) as source_due_at,
    cast(null as boolean) as source_met,
    -- Each submission but the first takes a decided registration up again.
    submission_count - 1 as reopen_count,
    observed_through,
    history_from,
    if(has_events, 'full', 'none') as history_quality,
    excluded_reason
from timed
