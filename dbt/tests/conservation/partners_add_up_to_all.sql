-- What adds up adds up: over the partners, `direct` and `unmatched` among them, it is `all`, and without `direct` it is
-- `all_partners`. That `all` counts each entity once, however many partners take part in it, is the grain of kpi_evidence: one row
-- per code, dimension and entity.
with additive as (

    select * from {{ ref('kpi_definitions') }} where aggregation in ('sum', 'count', 'stock')

),

stated as (

    select
        kpi_values.kpi_code,
        kpi_values.dimension,
        kpi_values.period_type,
        kpi_values.period_end,
        sum(kpi_values.numerator) filter (where kpi_values.segment_type = 'all') as of_all,
        sum(kpi_values.numerator) filter (where kpi_values.segment_type = 'all_partners') as of_all_partners,
        sum(kpi_values.numerator) filter (where kpi_values.segment_type = 'partner') as of_each,
        sum(kpi_values.numerator) filter (
            where kpi_values.segment_type = 'partner' and kpi_values.segment_value != 'direct'
        ) as of_each_partner
    from {{ ref('kpi_values') }} as kpi_values
    inner join additive on kpi_values.kpi_code = additive.kpi_code
    where
        kpi_values.statistic = 'value'
        and kpi_values.segment_type in ('all', 'all_partners', 'partner')
        and list_contains(additive.segments, 'partner')
        and list_contains(additive.partner_periods, kpi_values.period_type)
    group by all

),

failures as (

    select
        concat_ws(' ', kpi_code, nullif(dimension, ''), 'in the', period_type, 'to', period_end)
        || ': all is ' || coalesce(of_all, 0) || ', the partners make ' || coalesce(of_each, 0)
        || '; all_partners is ' || coalesce(of_all_partners, 0) || ', without direct they make ' || coalesce(of_each_partner, 0)
        || '.' as message
    from stated
    where
        -- Money in stock is converted per segment, each sum rounded at its twelfth decimal.
        abs(coalesce(of_all, 0) - coalesce(of_each, 0)) > 1e-6
        or abs(coalesce(of_all_partners, 0) - coalesce(of_each_partner, 0)) > 1e-6

)

{{ fail_with_message() }}
