-- One row per partner and month in which it was a member: total, grade and ranks.
with cards as (

    select * from {{ ref('int_scorecard_totals') }} where card_type = 'partner'

)

select
    card_value as partner_id,
    partner_name,
    partner_type,
    motion,
    region,
    tier,
    manager,
    card_month,
    is_complete,
    total_score,
    grade,
    is_ranked,
    if(is_ranked, rank() over (partition by card_month, motion, is_ranked order by round(total_score, 9) desc), null) as rank_in_motion,
    if(is_ranked, rank() over (partition by card_month, region, is_ranked order by round(total_score, 9) desc), null) as rank_in_region,
    weight_present,
    weight_reliable,
    previous_total,
    total_change,
    change_from_scores,
    change_from_weights
from cards
