-- A line of a card has one weight and one target. Where two rows of the policy are in force and equally specific, nobody can
-- say which is meant.
with lines as (

    select
        card_type,
        card_value,
        card_month,
        kpi_code,
        statistic,
        dimension,
        count(*) as row_count,
        string_agg(distinct target_id, ' and ' order by target_id) as target_ids,
        count(distinct target_id) as target_count
    from {{ ref('int_scorecard_measures') }}
    group by all
    having count(*) > 1

),

failures as (

    select
        concat_ws(' ', kpi_code, statistic, nullif(dimension, ''), 'on the card of', card_type, card_value, 'in', strftime(card_month, '%Y-%m'))
        || if(
            target_count > 1,
            ' has the targets ' || target_ids || ' in force at once, none more specific than the other. End one of them'
            || ' (valid_to) in kpi_targets.csv, or name its motion, region or tier.',
            ' has ' || row_count || ' weights in force at once. End all but one of them (valid_to) in scorecard_weights.csv.'
        ) as message
    from lines

)

{{ fail_with_message() }}
