-- One row per thing that a person should act on soon, as of the run's date: what is late, what runs out, what has not happened.
{% set days_ahead = 90 -%}
with run as (

    select * from {{ ref('int_run_parameters') }}

),

late_clocks as (

    select
        'sla_breached_open' as watch_kind,
        clocks.partner_id,
        clocks.entity_type,
        clocks.entity_id,
        processes.clock_name || ', ' || clocks.entity_id as subject,
        clocks.due_date,
        'sla_open_breach_count' as kpi_code,
        clocks.process || '/' || clocks.metric as dimension
    from {{ ref('fct_sla_clocks') }} as clocks
    inner join {{ ref('stg_policy__sla_processes') }} as processes using (process, metric)
    where clocks.state = 'breached_open' and clocks.excluded_reason is null

),

coverage as (

    select
        if(coverage.is_met, 'coverage_falls_below', 'coverage_gap') as watch_kind,
        coverage.partner_id,
        'coverage' as entity_type,
        coverage.coverage_id as entity_id,
        coverage.required_name || ': ' || coverage.held_count || ' of ' || coverage.required_count as subject,
        if(coverage.is_met, coverage.falls_below_date, coverage.remediation_due_date) as due_date,
        if(coverage.is_met, 'certifications_expiring_90d', 'coverage_gap_count') as kpi_code,
        '' as dimension
    from {{ ref('fct_coverage') }} as coverage
    cross join run
    where
        coverage.is_current
        and (not coverage.is_met or coverage.falls_below_date <= run.as_of_date + {{ days_ahead }})

),

expiries as (

    select
        'certificate_expires' as watch_kind,
        holder_partner_id as partner_id,
        'certificate' as entity_type,
        certificate_id as entity_id,
        coalesce(certification_name, certification_id) || ', ' || learner_id as subject,
        expires_date as due_date,
        'certifications_expiring_90d' as kpi_code,
        '' as dimension
    from {{ ref('fct_certifications') }}
    where
        days_to_expiry between 0 and {{ days_ahead }}
        and revoked_date is null
        and renewed_date is null
        and holder_partner_id is not null
        and excluded_reason is null

),

-- Of a ramp the next milestone, once it has taken longer than partners are given to become active.
waiting_ramps as (

    select
        'ramp_not_reached' as watch_kind,
        ramps.partner_id,
        'ramp' as entity_type,
        ramps.ramp_id as entity_id,
        milestones.milestone_name as subject,
        ramps.start_date + {{ days_ahead }} as due_date,
        'ramp_time' as kpi_code,
        ramps.ramp as dimension
    from {{ ref('fct_ramp_milestones') }} as ramps
    inner join {{ ref('stg_policy__ramp_milestones') }} as milestones on ramps.milestone = milestones.milestone
    where ramps.clock_start = 'joined' and ramps.outcome = 'censored' and ramps.excluded_reason is null
    qualify
        row_number() over (
            partition by ramps.partner_id, ramps.spell_number order by milestones.sort_order, milestones.milestone
        ) = 1
        and ramps.days > {{ days_ahead }}

),

watched as (

    select * from late_clocks
    union all
    select * from coverage
    union all
    select * from expiries
    union all
    select * from waiting_ramps

)

select
    watched.watch_kind || '/' || watched.entity_id || if(watched.dimension = '', '', '/' || watched.dimension) as watch_id,
    watched.watch_kind,
    watched.partner_id,
    partners.partner_name,
    partners.region,
    partners.tier,
    watched.entity_type,
    watched.entity_id,
    watched.subject,
    watched.due_date,
    cast(watched.due_date - run.as_of_date as bigint) as days_left,
    watched.kpi_code,
    watched.dimension
from watched
cross join run
left join {{ ref('dim_partners') }} as partners on watched.partner_id = partners.partner_id
