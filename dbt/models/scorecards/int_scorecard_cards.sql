-- One row per scorecard: a partner that was a member at the end of the month, a region, a motion, or the programme.
with months as (

    select distinct
        cast(date_trunc('month', period_end) as date) as card_month,
        period_end,
        is_complete,
        as_of_date
    from {{ ref('kpi_values') }}
    where
        period_type = 'trailing_12m'
        and kpi_code in (select kpi_code from {{ ref('stg_policy__scorecard_weights') }})

),

members as (

    select
        history.*,
        months.card_month,
        months.period_end,
        months.is_complete
    from {{ ref('dim_partner_history') }} as history
    inner join months
        on history.valid_from <= least(months.period_end, months.as_of_date)
        and coalesce(history.valid_to, date '9999-12-31') > least(months.period_end, months.as_of_date)
    where history.is_member and not history.is_test

)

select
    'partner' as card_type,
    partner_id as card_value,
    card_month,
    period_end,
    is_complete,
    'partner' as segment_type,
    partner_id as segment_value,
    partner_name,
    partner_type,
    motion,
    region,
    tier,
    manager
from members

union all

select distinct
    'region', region, card_month, period_end, is_complete, 'region', region,
    null, null, null, region, null, null
from members
where region is not null

union all

select distinct
    'motion', motion, card_month, period_end, is_complete, 'motion', motion,
    null, null, motion, null, null, null
from members
where motion is not null

union all

select distinct
    'programme', 'programme', card_month, period_end, is_complete, 'all_partners', 'all_partners',
    null, null, null, null, null, null
from members
