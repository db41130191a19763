-- A policy of service names a kind of clock that is kept and a calendar that has hours, and its target is reached before the
-- calendars end. What is misspelt would otherwise promise nothing, and nobody would miss it.
with failures as (

    select
        'Policy ' || policies.policy_id || ' is for ' || policies.process || ' ' || policies.metric
        || ', which sla_processes.csv does not have. Correct the name, or add the process there.' as message
    from {{ ref('stg_policy__sla_policies') }} as policies
    left join {{ ref('stg_policy__sla_processes') }} as processes
        on policies.process = processes.process
        and policies.metric = processes.metric
    where processes.process is null
    union all
    select
        'Policy ' || policy_id || ' counts the hours of the calendar ' || coalesce(calendar_id, 'default')
        || ', which business_hours.csv does not have. Add its hours, or name another.'
    from {{ ref('stg_policy__sla_policies') }}
    where
        target_unit != 'calendar_minutes'
        and coalesce(calendar_id, 'default') not in (select calendar_id from {{ ref('stg_policy__business_hours') }})
    union all
    select
        'The target of policy ' || min(clocks.policy_id) || ' (' || min(clocks.target) || ' ' || min(clocks.target_unit)
        || ') is not over two years after the run''s date, as the clock ' || min(clocks.sla_clock_id)
        || ' shows. See whether the unit is right, and whether its calendar has hours.'
    from {{ ref('fct_sla_clocks') }} as clocks
    where clocks.policy_id is not null and clocks.due_at is null
    group by clocks.policy_id

)

{{ fail_with_message() }}
