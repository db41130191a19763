-- One row per scorecard and KPI on it, with its share in the total and in the total's change since the month before.
-- Change of a total = sum of (mean weight x change of score) + sum of (mean score x change of weight); it adds up exactly.
with scores as (

    select * from {{ ref('int_scorecard_scores') }}

),

previous as (

    -- A KPI that left the card keeps a line without weight, so that the change adds up.
    select
        * exclude (card_month),
        cast(card_month + interval 1 month as date) as card_month
    from scores
    where
        (card_type, card_value, card_month + interval 1 month) in (
            select card_type, card_value, card_month from scores
        )

),

paired as (

    select
        card_type,
        card_value,
        card_month,
        kpi_code,
        statistic,
        dimension,
        scores.value,
        scores.value_state,
        scores.is_reliable,
        scores.is_lower_bound,
        scores.is_applicable,
        scores.target_value,
        scores.floor_value,
        scores.policy_weight,
        scores.score,
        scores.weight,
        scores.contribution,
        scores.kpi_code is null as has_left_card,
        previous.score as previous_score,
        previous.weight as previous_weight,
        -- Totals exist on both sides, or there is no change to explain.
        bool_or(scores.weight is not null) over card and bool_or(previous.weight is not null) over card as is_comparable,
        coalesce(scores.score, previous.score, 0) as score_now,
        coalesce(previous.score, scores.score, 0) as score_then,
        coalesce(scores.weight, 0) as weight_now,
        coalesce(previous.weight, 0) as weight_then
    from scores
    full outer join previous using (card_type, card_value, card_month, kpi_code, statistic, dimension)
    window card as (partition by card_type, card_value, card_month)

)

select
    paired.card_type,
    paired.card_value,
    paired.card_month,
    paired.kpi_code,
    definitions.kpi_name,
    paired.statistic,
    paired.dimension,
    definitions.unit,
    definitions.direction,
    paired.value,
    case
        when paired.has_left_card then 'left_card'
        when not paired.is_applicable then 'not_applicable'
        else coalesce(paired.value_state, 'no_denominator')
    end as value_state,
    coalesce(paired.is_reliable, false) as is_reliable,
    coalesce(paired.is_lower_bound, false) as is_lower_bound,
    paired.target_value,
    paired.floor_value,
    paired.policy_weight,
    paired.score,
    paired.weight,
    paired.contribution,
    paired.previous_score,
    paired.previous_weight,
    if(
        paired.is_comparable,
        (paired.weight_now + paired.weight_then) / 2 * (paired.score_now - paired.score_then),
        null
    ) as change_from_score,
    if(
        paired.is_comparable,
        (paired.score_now + paired.score_then) / 2 * (paired.weight_now - paired.weight_then),
        null
    ) as change_from_weight
from paired
inner join {{ ref('kpi_definitions') }} as definitions on paired.kpi_code = definitions.kpi_code
