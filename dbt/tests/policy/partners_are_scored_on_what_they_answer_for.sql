-- A partner's card holds a service level only where the partner's own desk has to keep it. The vendor's late answers are the
-- vendor's, whoever waited for them.
with failures as (

    select
        'Weight ' || weights.weight_id || ' scores partners on ' || weights.kpi_code || ' '
        || coalesce(nullif(weights.dimension, ''), '(no process)')
        || coalesce(', for which the ' || processes.accountable || ' is accountable', ', which is no process and metric')
        || '. Name one that sla_processes.csv gives to the partner, or put the line on another kind of card.' as message
    from {{ ref('stg_policy__scorecard_weights') }} as weights
    inner join {{ ref('kpi_definitions') }} as definitions on weights.kpi_code = definitions.kpi_code
    left join {{ ref('stg_policy__sla_processes') }} as processes
        on weights.dimension = processes.process || '/' || processes.metric
    where
        weights.card_type = 'partner'
        and definitions.entity = 'sla_clock'
        and coalesce(processes.accountable, '') != 'partner'

)

{{ fail_with_message() }}
