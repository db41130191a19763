-- One row per region and month: total, grade and rank among regions.
with cards as (

    select * from {{ ref('int_scorecard_totals') }} where card_type = 'region'

)

select
    card_value as region,
    card_month,
    is_complete,
    total_score,
    grade,
    is_ranked,
    if(is_ranked, rank() over (partition by card_month, is_ranked order by round(total_score, 9) desc), null) as rank_among_regions,
    weight_present,
    weight_reliable,
    previous_total,
    total_change,
    change_from_scores,
    change_from_weights
from cards
