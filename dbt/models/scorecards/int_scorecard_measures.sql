-- One row per card and KPI that the weights in force in that month put on it, with the target in force for it.
-- Most specific first: weights of the card's motion before those for any; targets by tier, then region, then motion.
with cards as (

    select * from {{ ref('int_scorecard_cards') }}

),

weights as (

    select
        cards.card_type,
        cards.card_value,
        cards.card_month,
        weights.kpi_code,
        weights.statistic,
        weights.dimension,
        weights.weight
    from cards
    inner join {{ ref('stg_policy__scorecard_weights') }} as weights
        on cards.card_type = weights.card_type
        and (weights.motion is null or weights.motion = cards.motion)
        and cards.period_end >= weights.valid_from
        and cards.period_end < coalesce(weights.valid_to, date '9999-12-31')
    qualify rank() over (
        partition by cards.card_type, cards.card_value, cards.card_month, weights.kpi_code, weights.statistic, weights.dimension
        order by (weights.motion is not null)::integer desc
    ) = 1

)

select
    weights.*,
    targets.target_id,
    targets.target_value,
    targets.floor_value
from weights
inner join cards using (card_type, card_value, card_month)
left join {{ ref('stg_policy__kpi_targets') }} as targets
    on weights.kpi_code = targets.kpi_code
    and weights.statistic = targets.statistic
    and weights.dimension = targets.dimension
    and (targets.motion is null or targets.motion = cards.motion)
    and (targets.region is null or targets.region = cards.region)
    and (targets.tier is null or targets.tier = cards.tier)
    and cards.period_end >= targets.valid_from
    and cards.period_end < coalesce(targets.valid_to, date '9999-12-31')
-- A tie leaves two rows, and the test of this model's grain fails: two targets in force are an error of the policy.
qualify rank() over (
    partition by weights.card_type, weights.card_value, weights.card_month, weights.kpi_code, weights.statistic, weights.dimension
    order by
        4 * (targets.tier is not null)::integer + 2 * (targets.region is not null)::integer
        + (targets.motion is not null)::integer desc
) = 1
