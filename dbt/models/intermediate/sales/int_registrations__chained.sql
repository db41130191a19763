-- One row per deal registration; a resubmission continues the registration that it resubmits.
with registrations as (

    select * from {{ ref('stg_prm__deal_registrations') }}

),

roots as (

    select record_id, registration_id as root_id from {{ ref('int_registration_roots') }}

),

deals as (

    -- A registration names the CRM's opportunity without saying which CRM; a name that two CRMs share is nobody's.
    select source_opportunity_id, min(deal_id) as deal_id
    from {{ ref('stg_crm__opportunities') }}
    group by source_opportunity_id
    having count(*) = 1

),

events as (

    select
        events.registration_id,
        events.occurred_at,
        events.occurred_date,
        coalesce(statuses.meaning, 'unknown') as meaning
    from {{ ref('stg_prm__registration_events') }} as events
    left join {{ ref('stg_policy__registration_statuses') }} as statuses on events.status = statuses.status

),

event_facts as (

    select
        roots.root_id,
        list(events.occurred_date) filter (where events.meaning = 'submitted') as submitted_dates,
        min(events.occurred_date) filter (where events.meaning = 'approved') as first_approved_date,
        max(events.occurred_date) filter (where events.meaning = 'rejected') as last_rejected_date,
        max(events.occurred_date) filter (where events.meaning = 'withdrawn') as last_withdrawn_date,
        list(events.occurred_date) filter (where events.meaning in ('in_review', 'info_requested')) as touch_dates,
        count(*) as event_count
    from events
    inner join roots on events.registration_id = roots.record_id
    group by roots.root_id

),

in_chain as (

    select
        roots.root_id,
        registrations.*,
        coalesce(statuses.meaning, 'unknown') as meaning,
        min(registrations.submitted_date) over (partition by roots.root_id) as first_submitted_date,
        list(registrations.submitted_date) over (partition by roots.root_id) as record_submitted_dates,
        count(*) over (partition by roots.root_id) as submission_count,
        bool_or(registrations.is_conflict) over (partition by roots.root_id) as has_conflict
    from registrations
    inner join roots on registrations.registration_id = roots.record_id
    left join {{ ref('stg_policy__registration_statuses') }} as statuses on registrations.status = statuses.status

),

-- The chain's state is that of its last submission.
latest as (

    select *
    from in_chain
    qualify row_number() over (partition by root_id order by submitted_at desc, registration_id desc) = 1

),

decided as (

    select
        latest.root_id as registration_id,
        latest.registration_id as latest_registration_id,
        latest.instance,
        latest.partner_id,
        deals.deal_id,
        latest.source_opportunity_id,
        latest.status,
        latest.first_submitted_date,
        list_concat(latest.record_submitted_dates, coalesce(event_facts.submitted_dates, [])) as submitted_dates,
        -- Approval outlives a later expiry or withdrawal: the decision was made.
        case
            when latest.meaning = 'approved' then coalesce(event_facts.first_approved_date, latest.decided_date)
            when latest.meaning in ('expired', 'withdrawn') then event_facts.first_approved_date
        end as approved_date,
        case
            when latest.meaning in ('expired', 'withdrawn') and event_facts.first_approved_date is not null then 'approved'
            when latest.meaning in ('approved', 'rejected', 'withdrawn', 'expired') then latest.meaning
            else 'open'
        end as outcome,
        case
            when latest.meaning = 'approved' then coalesce(event_facts.first_approved_date, latest.decided_date)
            when latest.meaning = 'expired' then coalesce(event_facts.first_approved_date, latest.expires_date, latest.decided_date)
            when latest.meaning = 'rejected' then coalesce(latest.decided_date, event_facts.last_rejected_date)
            when latest.meaning = 'withdrawn'
                then coalesce(event_facts.first_approved_date, latest.decided_date, event_facts.last_withdrawn_date)
        end as decided_date,
        latest.meaning = 'expired' as is_expired,
        latest.expires_date,
        latest.amount,
        latest.currency,
        latest.has_conflict as is_conflict,
        latest.submission_count,
        event_facts.touch_dates,
        coalesce(event_facts.event_count, 0) > 0 as has_events,
        latest.is_test
    from latest
    left join deals on latest.source_opportunity_id = deals.source_opportunity_id
    left join event_facts on latest.root_id = event_facts.root_id

)

select
    * exclude (touch_dates, submitted_dates),
    -- The last submission that the decision could follow.
    list_max(list_filter(submitted_dates, lambda submitted_on: submitted_on <= coalesce(decided_date, submitted_on)))
        as last_submitted_date,
    -- Reviews and questions until the decision; what came after did not lead to it.
    len(list_filter(coalesce(touch_dates, []), lambda touched_on: touched_on <= coalesce(decided_date, touched_on))) as touch_count
from decided
