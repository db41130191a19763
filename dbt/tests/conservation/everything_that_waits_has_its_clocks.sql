-- Each ticket has one clock for its first response and one for its resolution, each deal registration one for its approval,
-- wherever that clock is kept (policy sla_processes); each clock is of a ticket or registration that is there.
with kept as (

    select process, metric from {{ ref('stg_policy__sla_processes') }}

),

entities as (

    select handled_by || '_support' as process, 'ticket' as entity_type, ticket_id as entity_id
    from {{ ref('stg_support__tickets') }}
    union all
    select 'registration', 'deal_registration', registration_id from {{ ref('fct_deal_registrations') }}

),

expected as (

    select entities.*, kept.metric, 1 as clock_count
    from entities
    inner join kept on entities.process = kept.process and kept.metric != 'next_response'

),

actual as (

    select process, entity_type, entity_id, metric, count(*) as clock_count
    from {{ ref('fct_sla_clocks') }}
    where metric != 'next_response'
    group by all

),

failures as (

    select
        entity_type || ' ' || entity_id || ' has ' || coalesce(actual.clock_count, 0) || ' clocks of ' || process || ' ' || metric
        || ' in fct_sla_clocks, and should have ' || coalesce(expected.clock_count, 0) || '.' as message
    from expected
    full outer join actual using (process, entity_type, entity_id, metric)
    where expected.clock_count is distinct from actual.clock_count
    union all
    select 'The clock ' || sla_clock_id || ' is of a ticket that was never delivered.'
    from {{ ref('fct_sla_clocks') }}
    where metric = 'next_response' and entity_id not in (select ticket_id from {{ ref('stg_support__tickets') }})

)

{{ fail_with_message() }}
