-- One row per PRM and kind of event that could have been shown by now: up to when, and from when on - as the mapping says, else
-- from the first such event of any partner. Leaving is shown by the partners' own export, so that one bounds every ramp. What
-- was never delivered has no row: nobody is still waiting for it.
with event_exports (event, export, is_optional) as (

    values
    ('login', 'prm.portal_activity', false),
    ('certificate', 'lms.certificates', false),
    ('certificate', 'lms.learners', false),
    ('registration', 'prm.deal_registrations', false),
    ('registration', 'prm.registration_events', true),
    ('approved_registration', 'prm.deal_registrations', false),
    ('approved_registration', 'prm.registration_events', true),
    ('won_deal', 'crm.opportunities', false),
    ('won_deal', 'crm.opportunity_history', true),
    ('won_amount', 'crm.opportunities', false),
    ('won_amount', 'crm.opportunity_history', true)

),

horizons as (

    select * from {{ ref('int_export_horizons') }}

),

first_events as (

    select event, min(event_date) as first_event_date
    from {{ ref('int_ramp_events') }}
    group by event

),

by_export as (

    select
        members.instance,
        event_exports.event,
        event_exports.export,
        event_exports.is_optional,
        count(horizons.export) > 0 as is_delivered,
        min(least(members.observed_through, horizons.observed_through)) as observed_through,
        -- The history of stages only dates what the deals themselves show.
        if(event_exports.is_optional, null, max(horizons.history_from)) as history_from
    from horizons as members
    cross join event_exports
    -- A partner's logins and registrations come from its own PRM; its people and deals may be in any LMS and CRM.
    left join horizons
        on event_exports.export = horizons.export
        and (not starts_with(event_exports.export, 'prm.') or members.instance = horizons.instance)
    where members.export = 'prm.partners'
    group by members.instance, event_exports.event, event_exports.export, event_exports.is_optional

)

select
    by_export.instance,
    by_export.event,
    min(by_export.observed_through) as observed_through,
    coalesce(max(by_export.history_from), any_value(first_events.first_event_date)) as history_from
from by_export
left join first_events on by_export.event = first_events.event
group by by_export.instance, by_export.event
having bool_and(by_export.is_optional or by_export.is_delivered)
