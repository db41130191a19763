-- Evidence, derivations, targets and weights name KPIs, statistics and segments that the catalogue has. An unknown code would
-- be left out by a join and nobody would miss it.
with definitions as (

    select * from {{ ref('kpi_definitions') }}

),

statistics as (

    select kpi_code, unnest(coalesce(statistics, ['value'])) as statistic from definitions
    union all
    select kpi_code, {{ incidence_name('unnest(horizons)', 'duration_unit') }} from definitions

),

named as (

    select distinct 'The evidence of ' || family as who, kpi_code, null as statistic, null as segment_type
    from {{ ref('int_evidence_counts') }}
    union all
    select 'The derivation of ' || kpi_code, kpi_code, 'value', null from {{ ref('stg_policy__kpi_derivations') }}
    union all
    select 'The derivation of ' || kpi_code, factor_code, factor_statistic, null
    from {{ ref('stg_policy__kpi_derivations') }}
    where factor_code != 'days_in_window'
    union all
    select 'Target ' || target_id, kpi_code, statistic, null from {{ ref('stg_policy__kpi_targets') }}
    union all
    select 'Weight ' || weight_id, kpi_code, statistic, if(card_type = 'programme', 'all_partners', card_type)
    from {{ ref('stg_policy__scorecard_weights') }}

),

failures as (

    select
        named.who || ' names ' || concat_ws(' ', named.kpi_code, named.statistic)
        || case
            when definitions.kpi_code is null then ', which kpi_catalogue.csv does not have. Add the KPI or correct the code.'
            when statistics.kpi_code is null then ', a statistic that the catalogue does not ask for. Add it there, or name another.'
            else ', which is not computed for the segment ' || named.segment_type || ' over trailing_12m. Add that in kpi_catalogue.csv.'
        end as message
    from named
    left join definitions on named.kpi_code = definitions.kpi_code
    left join statistics on named.kpi_code = statistics.kpi_code and named.statistic = statistics.statistic
    where
        definitions.kpi_code is null
        or (named.statistic is not null and statistics.kpi_code is null)
        or (
            named.segment_type is not null
            and not (
                list_contains(definitions.segments, named.segment_type)
                and list_contains(
                    if(named.segment_type = 'partner', definitions.partner_periods, definitions.periods), 'trailing_12m'
                )
            )
        )
    union all
    select kpi_code || ' is derived, but kpi_derivations.csv does not say from what. Add its factors.'
    from definitions
    where aggregation = 'derived' and kpi_code not in (select kpi_code from {{ ref('stg_policy__kpi_derivations') }})

)

{{ fail_with_message() }}
