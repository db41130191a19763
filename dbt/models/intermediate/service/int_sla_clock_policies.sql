-- One row per clock with the promise that it was started under, if there is one: of the policies in force on its first date
-- that fit it, the one that names the most decisive attribute. Two that are equally specific leave two rows, and a test fails.
{% set attributes = sla_attributes() -%}
with clocks as (

    select * from {{ ref('int_sla_clocks') }}

),

policies as (

    select
        * exclude (for_instance),
        for_instance as instance,
        {% for name in attributes -%}
        {{ '+ ' if not loop.first }}{{ 2 ** loop.revindex0 }} * ({{ 'for_instance' if name == 'instance' else name }} is not null)::integer
        {% endfor -%}
        as specificity
    from {{ ref('stg_policy__sla_policies') }}

),

fitting as (

    select clocks.sla_clock_id, policies.policy_id
    from clocks
    inner join policies
        on clocks.process = policies.process
        and clocks.metric = policies.metric
        and clocks.started_date >= policies.valid_from
        and clocks.started_date < coalesce(policies.valid_to, date '9999-12-31')
        {% for name in attributes -%}
        and (policies.{{ name }} is null or lower(policies.{{ name }}) = lower(clocks.{{ name }}))
        {% endfor %}
    qualify rank() over (partition by clocks.sla_clock_id order by policies.specificity desc) = 1

)

select
    clocks.sla_clock_id,
    policies.policy_id,
    policies.target,
    policies.target_unit,
    -- What is not promised in calendar minutes runs on a calendar; time to stop is told in business time for all.
    coalesce(policies.target_unit != 'calendar_minutes', false) as is_on_calendar,
    coalesce(policies.calendar_id, 'default') as calendar_id
from clocks
left join fitting on clocks.sla_clock_id = fitting.sla_clock_id
left join policies on fitting.policy_id = policies.policy_id
