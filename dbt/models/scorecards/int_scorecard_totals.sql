-- One row per scorecard: total, grade, how much of its weight is present, and its change since the month before.
with cards as (

    select * from {{ ref('int_scorecard_cards') }}

),

presence as (

    select
        card_type,
        card_value,
        card_month,
        any_value(weight_present) as weight_present,
        any_value(weight_reliable) as weight_reliable
    from {{ ref('int_scorecard_scores') }}
    group by all

),

sums as (

    select
        card_type,
        card_value,
        card_month,
        -- In one order always: sums of DOUBLE hang on it, and a replay shall give the same digits.
        sum(contribution order by kpi_code, statistic, dimension) as total_score,
        sum(change_from_score order by kpi_code, statistic, dimension) as change_from_scores,
        sum(change_from_weight order by kpi_code, statistic, dimension) as change_from_weights
    from {{ ref('rpt_scorecard_lines') }}
    group by all

),

graded as (

    select sums.*, max_by(grades.grade, grades.minimum_score) as grade
    from sums
    left join {{ ref('stg_policy__scorecard_grades') }} as grades on sums.total_score >= grades.minimum_score - 1e-9  -- sums of DOUBLE hang on their order
    group by all

),

with_previous as (

    select
        graded.*,
        previous.total_score as previous_total
    from graded
    left join sums as previous
        on graded.card_type = previous.card_type
        and graded.card_value = previous.card_value
        and graded.card_month = previous.card_month + interval 1 month

)

select
    cards.*,
    totals.total_score,
    totals.grade,
    coalesce(presence.weight_present, 0) as weight_present,
    coalesce(presence.weight_reliable, 0) as weight_reliable,
    -- What is not reliable is shown, not ranked.
    totals.total_score is not null and presence.weight_reliable >= {{ least_weight_present() }} as is_ranked,
    totals.previous_total,
    totals.total_score - totals.previous_total as total_change,
    totals.change_from_scores,
    totals.change_from_weights
from cards
left join presence using (card_type, card_value, card_month)
left join with_previous as totals using (card_type, card_value, card_month)
