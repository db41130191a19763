-- A source whose records match hardly any partner has lost its key: everything it feeds would count for nobody. Too few
-- records say nothing of a rate; what an override forbids is no part of it, as in the evidence of match_rate.
with records as (

    select source_export, instance, match_status from {{ ref('match_review') }}
    where match_status != 'forbidden_by_override'

),

rates as (

    select
        source_export,
        instance,
        count(*) as record_count,
        count(*) filter (where match_status = 'matched') as matched_count,
        matched_count::double / record_count as match_rate
    from records
    group by source_export, instance
    having count(*) >= 10

),

-- An instance's own limit holds instead of that for any.
limits as (

    select rates.*, limits.minimum_rate
    from rates
    inner join {{ ref('stg_policy__match_rate_limits') }} as limits
        on rates.source_export = limits.source_export and limits.instance in (rates.instance, '*')
    qualify row_number() over (
        partition by rates.source_export, rates.instance order by limits.instance = '*'
    ) = 1

),

failures as (

    select
        'Only ' || matched_count || ' of ' || record_count || ' records of ' || source_export || ' from ' || instance
        || ' match a partner, fewer than the ' || round(100 * minimum_rate, 1) || ' % that match_rate_limits.csv asks for:'
        || ' see whether its ids, web domains or names have changed, say in partner_xref.csv who the records are, or lower'
        || ' minimum_rate.' as message
    from limits
    where match_rate < minimum_rate

)

{{ fail_with_message() }}
