-- One row per ticket: whose it is, when somebody first answered, and how and when it ended, if it still stands ended.
with tickets as (

    select * from {{ ref('stg_support__tickets') }}

),

statuses as (

    select * from {{ ref('stg_policy__ticket_statuses') }}

),

visits as (

    select
        *,
        max(visit_sequence) filter (where state_meaning != 'closed') over (partition by entity_id) as last_open_sequence
    from {{ ref('int_state_visits') }}
    where entity_type = 'ticket'

),

histories as (

    -- The end that holds is the first closed state that nothing open follows.
    select
        entity_id as ticket_id,
        arg_max(state, visit_sequence) as last_state,
        count(*) filter (where state_meaning != 'closed' and previous_meaning = 'closed') as reopen_count,
        min(entered_at) filter (where visit_sequence > coalesce(last_open_sequence, 0)) as ended_at,
        arg_min(state, visit_sequence) filter (where visit_sequence > coalesce(last_open_sequence, 0)) as ended_state
    from visits
    group by entity_id

),

events as (

    select ticket_id, min(occurred_at) filter (where event_type = 'agent_reply') as first_reply_at
    from {{ ref('stg_support__ticket_events') }}
    group by ticket_id

),

horizons as (

    select instance, min(observed_through) as observed_through, max(history_from) as history_from
    from {{ ref('int_export_horizons') }}
    where export in ('support.tickets', 'support.ticket_events')
    group by instance

),

matches as (

    select * from {{ ref('int_partner_matches') }}

),

described as (

    select
        tickets.*,
        coalesce(own_statuses.meaning, any_statuses.meaning, 'unknown') as status_meaning,
        coalesce(organizations.partner_id, domains.partner_id, 'unmatched') as partner_id,
        coalesce(events.first_reply_at, tickets.first_responded_at) as first_response_at,
        histories.ended_at as held_end_at,
        histories.ended_state,
        histories.reopen_count,
        events.ticket_id is not null as has_events,
        coalesce(histories.last_state, if(events.ticket_id is not null, 'new', null)) as last_state,
        horizons.observed_through,
        horizons.history_from
    from tickets
    left join statuses as own_statuses on tickets.status = own_statuses.status and tickets.instance = own_statuses.instance
    left join statuses as any_statuses on tickets.status = any_statuses.status and any_statuses.instance = '*'
    left join matches as organizations
        on organizations.source_export = 'support.organizations'
        and tickets.organization_id = organizations.record_id
    left join matches as domains
        on domains.source_export = 'support.tickets'
        and if(tickets.organization_id is null, tickets.instance || ':@' || tickets.requester_domain, null) = domains.record_id
    left join histories on tickets.ticket_id = histories.ticket_id
    left join events on tickets.ticket_id = events.ticket_id
    left join horizons on tickets.instance = horizons.instance

)

select
    *,
    -- What the ticket says of itself comes first: history that lags behind neither ends nor reopens it.
    case
        when merged_into_ticket_id is not null then 'merged_into_other'
        when status_meaning = 'cancelled' and coalesce(ended_state, 'cancelled') = 'cancelled' then 'cancelled'
        when status_meaning in ('solved', 'closed', 'cancelled') then 'resolved'
    end as ended_as,
    case
        when ended_as is null then null
        when held_end_at is not null then held_end_at
        when ended_as = 'resolved' then coalesce(resolved_at, closed_at)
        else coalesce(closed_at, resolved_at)
    end as ended_at,
    case
        when not has_events then 'none'
        when last_state = status_meaning or (last_state in ('new', 'open') and status_meaning in ('new', 'open')) then 'full'
        else 'latest_visit_only'
    end as history_quality,
    case
        when is_test then 'test_record'
        when is_deleted then 'deleted_at_source'
    end as excluded_reason
from described
