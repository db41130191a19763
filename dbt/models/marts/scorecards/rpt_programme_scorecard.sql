-- One row per month for the whole programme and for each of its motions: total and grade.
select
    card_type,
    card_value,
    card_month,
    is_complete,
    total_score,
    grade,
    weight_present,
    weight_reliable,
    previous_total,
    total_change,
    change_from_scores,
    change_from_weights
from {{ ref('int_scorecard_totals') }}
where card_type in ('motion', 'programme')
