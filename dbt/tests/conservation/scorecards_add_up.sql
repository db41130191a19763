-- Each card: its weights add up to 1, its contributions to its total, and the changes by score and by weight to the change of
-- the total since the month before; the three kinds of cards in the marts are those of the lines.
with cards as (

    select
        'partner' as card_type, partner_id as card_value, card_month, total_score, total_change, change_from_scores, change_from_weights
    from {{ ref('rpt_partner_scorecard') }}
    union all
    select 'region', region, card_month, total_score, total_change, change_from_scores, change_from_weights
    from {{ ref('rpt_region_scorecard') }}
    union all
    select card_type, card_value, card_month, total_score, total_change, change_from_scores, change_from_weights
    from {{ ref('rpt_programme_scorecard') }}

),

-- The total of the month before, from the cards themselves.
with_previous as (

    select cards.*, cards.total_score - previous.total_score as expected_change
    from cards
    left join cards as previous
        on cards.card_type = previous.card_type
        and cards.card_value = previous.card_value
        and cards.card_month = previous.card_month + interval 1 month

),

lines as (

    select
        card_type,
        card_value,
        card_month,
        sum(weight) as weight,
        sum(contribution) as contribution,
        sum(change_from_score) as change_from_score,
        sum(change_from_weight) as change_from_weight
    from {{ ref('rpt_scorecard_lines') }}
    group by all

),

compared as (

    select
        concat_ws(' ', 'The card of', card_type, card_value, 'in', strftime(card_month, '%Y-%m')) as card,
        with_previous.*,
        lines.*
    from with_previous
    full outer join lines using (card_type, card_value, card_month)

),

failures as (

    select card || ' has a total of ' || coalesce(cast(total_score as varchar), '(none)') || ', its lines make '
        || coalesce(cast(contribution as varchar), '(none)') || '.' as message
    from compared
    where (total_score is null) != (contribution is null) or abs(total_score - contribution) > 1e-9
    union all
    select card || ' has weights that add up to ' || weight || ', not to 1.'
    from compared
    where abs(weight - 1) > 1e-9
    union all
    select card || ' changed by ' || coalesce(cast(expected_change as varchar), '(unknown)') || '; it states '
        || coalesce(cast(total_change as varchar), '(unknown)') || ', its lines '
        || coalesce(cast(change_from_score + change_from_weight as varchar), '(unknown)') || '.'
    from compared
    where
        (total_change is null) != (expected_change is null)
        or (total_change is null) != (change_from_score + change_from_weight is null)
        or abs(total_change - expected_change) > 1e-9
        or abs(total_change - (change_from_score + change_from_weight)) > 1e-9
        or abs(change_from_scores - change_from_score) > 1e-9
        or abs(change_from_weights - change_from_weight) > 1e-9

)

{{ fail_with_message() }}
