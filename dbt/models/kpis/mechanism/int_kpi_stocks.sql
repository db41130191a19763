-- One row per value of the KPIs that are stocks: what stands at the end of the window, at its opening, and their mean.
with standing as (

    select * from {{ ref('int_stock_months') }}

),

window_ends as (

    select
        stocks.series_id,
        stocks.stock_currency,
        windows.window_id,
        windows.period_start,
        windows.window_end,
        -- The month that ended before the window began.
        cast(windows.period_start - interval 1 month as date) as opening_month
    from (select distinct series_id, stock_currency from standing) as stocks
    inner join {{ ref('int_kpi_series') }} as series on stocks.series_id = series.series_id
    inner join {{ ref('int_kpi_windows') }} as windows
        on series.kpi_code = windows.kpi_code
        and series.is_partner_segment = windows.is_partner_segment

),

opened as (

    select window_ends.*, standing.numerator as opening_numerator
    from window_ends
    asof left join standing
        on window_ends.series_id = standing.series_id
        and coalesce(window_ends.stock_currency, '') = coalesce(standing.stock_currency, '')
        and window_ends.opening_month >= standing.flow_month

),

closed as (

    select opened.*, standing.numerator as closing_numerator, standing.observation_count
    from opened
    asof left join standing
        on opened.series_id = standing.series_id
        and coalesce(opened.stock_currency, '') = coalesce(standing.stock_currency, '')
        and opened.window_end >= standing.flow_month

),

converted as (

    -- A stock of money is worth the rate of the window's last day.
    select
        closed.*,
        if(closed.stock_currency is null, cast(1 as decimal(20, 12)), closing_rates.fx_rate) as closing_rate,
        if(closed.stock_currency is null, cast(1 as decimal(20, 12)), opening_rates.fx_rate) as opening_rate
    from closed
    left join {{ ref('int_fx_rates_daily') }} as closing_rates
        on closed.stock_currency = closing_rates.currency
        and closed.window_end = closing_rates.rate_date
    left join {{ ref('int_fx_rates_daily') }} as opening_rates
        on closed.stock_currency = opening_rates.currency
        and closed.period_start - 1 = opening_rates.rate_date

)

select
    series_id,
    window_id,
    coalesce(sum(cast(cast(closing_numerator as decimal(18, 2)) * closing_rate as decimal(38, 12))), 0) as closing,
    coalesce(sum(cast(cast(opening_numerator as decimal(18, 2)) * opening_rate as decimal(38, 12))), 0) as opening,
    cast(coalesce(sum(observation_count) filter (where closing_rate is not null), 0) as bigint) as observation_count,
    cast(coalesce(sum(observation_count) filter (where closing_rate is null), 0) as bigint) as unconverted_count
from converted
group by all
