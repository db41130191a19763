-- One row per card and KPI on it: its value over the trailing twelve months, its score, its weight among what is present.
with seen_dimensions as (

    -- A process that nothing was ever delivered of has no value anywhere, whatever else its KPI is computed from.
    select distinct kpi_code, dimension from {{ ref('kpi_values') }}

),

measures as (

    select
        cards.card_type,
        cards.card_value,
        cards.card_month,
        measures.kpi_code,
        measures.statistic,
        measures.dimension,
        measures.weight as policy_weight,
        measures.target_value,
        measures.floor_value,
        kpi_values.value,
        kpi_values.value_state,
        coalesce(kpi_values.is_reliable, false) as is_reliable,
        -- A clock that has not stopped is known to be at least this long.
        kpi_values.value is null and kpi_values.value_state = 'median_not_reached' and kpi_values.ci_low is not null
            as is_lower_bound,
        if(kpi_values.value_state = 'median_not_reached', kpi_values.ci_low, kpi_values.value) as scored_value,
        sources.data_through is not null
        and (measures.dimension = '' or seen_dimensions.dimension is not null) as is_applicable
    from {{ ref('int_scorecard_measures') }} as measures
    inner join {{ ref('int_scorecard_cards') }} as cards using (card_type, card_value, card_month)
    left join {{ ref('int_kpi_sources') }} as sources on measures.kpi_code = sources.kpi_code
    left join seen_dimensions
        on measures.kpi_code = seen_dimensions.kpi_code
        and measures.dimension = seen_dimensions.dimension
    left join {{ ref('kpi_values') }} as kpi_values
        on measures.kpi_code = kpi_values.kpi_code
        and measures.statistic = kpi_values.statistic
        and measures.dimension = kpi_values.dimension
        and cards.segment_type = kpi_values.segment_type
        and cards.segment_value = kpi_values.segment_value
        and cards.period_end = kpi_values.period_end
        and kpi_values.period_type = 'trailing_12m'

),

scored as (

    select
        *,
        -- Linear from floor (0) to target (100), capped; where less is better the target lies below the floor.
        -- (greatest and least pass over NULL, which would score what is missing.)
        case
            when scored_value is not null and target_value != floor_value then 100 * greatest(0, least(1,
                (scored_value - cast(floor_value as double)) / (cast(target_value as double) - cast(floor_value as double))
            ))
        end as score
    from measures

),

shared as (

    -- Weight moves only away from what does not apply. Weights are added as DECIMAL, so that no total hangs on the order of rows.
    select
        *,
        if(is_applicable, policy_weight, 0) as open_weight,
        nullif(cast(sum(if(is_applicable, policy_weight, 0)) over card as double), 0) as card_weight,
        cast(open_weight as double) / card_weight as applicable_weight
    from scored
    window card as (partition by card_type, card_value, card_month)

),

present as (

    select
        * exclude (open_weight, card_weight),
        coalesce(cast(sum(if(score is not null, open_weight, 0)) over card as double) / card_weight, 0) as weight_present,
        coalesce(cast(sum(if(score is not null and is_reliable, open_weight, 0)) over card as double) / card_weight, 0)
            as weight_reliable
    from shared
    window card as (partition by card_type, card_value, card_month)

)

select
    *,
    -- No total with under 60 % of the weight present.
    if(weight_present >= {{ least_weight_present() }}, if(score is not null, applicable_weight / weight_present, 0), null) as weight,
    if(weight_present >= {{ least_weight_present() }}, coalesce(score * applicable_weight / weight_present, 0), null) as contribution
from present
