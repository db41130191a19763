-- The scorecards and the health of the sources of the same small build; run after example_values.sql.
create table intermediate.int_card_weights as
select *
from (values
    ('win_rate_by_count', 'value', '', 0.50, 0.20, 40, 30),
    ('deals_won_count', 'value', '', 24.0, 0.0, 20, 20),
    ('won_amount', 'value', '', 1400000, 0, 20, 30),
    ('time_to_close', 'p50', 'created', 45, 110, 20, 20)
) as weights (kpi_code, statistic, dimension, target, floor, old_weight, new_weight);

-- Targets of counts and amounts hold for one partner; cards of groups have as many times that.
create table intermediate.int_lines as
with partners as (select * from marts.dim_partners where not is_reserved),
cards as (
    select 'partner' as card_type, partner_id as card_value, 'partner' as segment_type, partner_id as segment_value, 1 as size from partners
    union all
    select 'region', region, 'region', region, count(*) from partners group by region
    union all
    select 'motion', motion, 'motion', motion, count(*) from partners group by motion
    union all
    select 'programme', 'programme', 'all_partners', 'all_partners', count(*) from partners having count(*) > 0
),
measured as (
    select
        cards.card_type, cards.card_value, months.card_month, months.is_complete,
        weights.kpi_code, definitions.kpi_name, weights.statistic, weights.dimension, definitions.unit, definitions.direction,
        kpi_values.value, coalesce(kpi_values.value_state, 'no_denominator') as value_state,
        coalesce(kpi_values.is_reliable, false) as is_reliable, false as is_lower_bound,
        weights.target * if(definitions.unit in ('count', 'money'), cards.size, 1) as target_value,
        weights.floor as floor_value,
        if(months.card_month >= date '2026-08-01', new_weight, old_weight)::decimal(18, 6) as policy_weight
    from cards
    cross join (
        select date_trunc('month', period_end)::date as card_month, period_end, is_complete
        from intermediate.int_windows where period_type = 'trailing_12m'
    ) as months
    cross join intermediate.int_card_weights as weights
    inner join marts.kpi_definitions as definitions on weights.kpi_code = definitions.kpi_code
    left join marts.kpi_values as kpi_values
        on kpi_values.kpi_code = weights.kpi_code
        and kpi_values.statistic = weights.statistic
        and kpi_values.segment_type = cards.segment_type
        and kpi_values.segment_value = cards.segment_value
        and kpi_values.period_type = 'trailing_12m'
        and kpi_values.period_end = months.period_end
),
scored as (
    select *, if(value is null, null, 100 * greatest(0, least(1, (value - floor_value) / (target_value - floor_value))))::double as score
    from measured
),
weighed as (
    select
        *,
        coalesce(sum(policy_weight) filter (score is not null) over card / sum(policy_weight) over card, 0) as weight_present,
        coalesce(sum(policy_weight) filter (score is not null and is_reliable) over card / sum(policy_weight) over card, 0) as weight_reliable,
        (policy_weight / sum(policy_weight) filter (score is not null) over card)::double as portion
    from scored
    window card as (partition by card_type, card_value, card_month)
),
carded as (
    select
        *,
        if(weight_present >= 0.6, if(score is null, 0, portion), null) as weight,
        if(weight_present >= 0.6, coalesce(score * portion, 0), null) as contribution
    from weighed
)
select
    *,
    lag(score) over line_months as previous_score,
    lag(weight) over line_months as previous_weight,
    -- What was not there before, or is not there now, counts as unchanged in score.
    (weight + lag(weight) over line_months) / 2
    * (coalesce(score, lag(score) over line_months, 0) - coalesce(lag(score) over line_months, score, 0)) as change_from_score,
    (coalesce(score, lag(score) over line_months, 0) + coalesce(lag(score) over line_months, score, 0)) / 2
    * (weight - lag(weight) over line_months) as change_from_weight
from carded
window line_months as (partition by card_type, card_value, kpi_code, statistic order by card_month);

create table marts.rpt_scorecard_lines as
select * exclude (is_complete, portion, weight_present, weight_reliable) from intermediate.int_lines;

create table intermediate.int_totals as
with totals as (
    select
        card_type, card_value, card_month, any_value(is_complete) as is_complete, any_value(weight_present) as weight_present,
        any_value(weight_reliable) as weight_reliable, sum(contribution) as total_score,
        sum(change_from_score) as change_from_scores, sum(change_from_weight) as change_from_weights
    from intermediate.int_lines
    group by all
)
select
    *,
    case
        when total_score >= 80 then 'A' when total_score >= 65 then 'B' when total_score >= 50 then 'C'
        when total_score >= 35 then 'D' when total_score >= 0 then 'E'
    end as grade,
    total_score is not null and weight_reliable >= 0.6 as is_ranked,
    lag(total_score) over card_months as previous_total,
    total_score - lag(total_score) over card_months as total_change
from totals
window card_months as (partition by card_type, card_value order by card_month);

create table marts.rpt_partner_scorecard as
select
    partners.partner_id, partners.partner_name, partners.partner_type, partners.motion, partners.region, partners.tier,
    partners.manager, totals.* exclude (card_type, card_value),
    if(is_ranked, rank() over (partition by card_month, motion, is_ranked order by total_score desc), null) as rank_in_motion,
    if(is_ranked, rank() over (partition by card_month, region, is_ranked order by total_score desc), null) as rank_in_region
from intermediate.int_totals as totals
inner join marts.dim_partners as partners on totals.card_type = 'partner' and totals.card_value = partners.partner_id;

create table marts.rpt_region_scorecard as
select
    card_value as region, * exclude (card_type, card_value),
    if(is_ranked, rank() over (partition by card_month, is_ranked order by total_score desc), null) as rank_among_regions
from intermediate.int_totals where card_type = 'region';

create table marts.rpt_programme_scorecard as
select * exclude (is_ranked) from intermediate.int_totals where card_type in ('motion', 'programme');

create table marts.load_health as
select *, rows_rejected / nullif(rows_in, 0) as reject_rate
from (values
    ('crm.opportunities', 'salesforce', date '2026-08-31', 0, 1240, 1236, 4, 0, 'accepted', date '2026-08-31', null),
    ('crm.opportunity_history', 'salesforce', date '2026-08-31', 0, 8120, 7800, 0, 320, 'accepted', date '2026-08-31', null),
    ('finance.fx_rates', 'ecb', date '2026-08-28', 3, 64000, 64000, 0, 0, 'accepted', date '2026-08-28', null),
    ('policy.kpi_targets', 'policy', date '2000-01-01', 9739, 12, 12, 0, 0, 'accepted', date '2000-01-01', null),
    ('prm.partners', 'partnerstack', date '2026-07-31', 31, 15, 15, 0, 0, 'quarantined', date '2026-08-31',
        'prm.partners of 2026-08-31 was refused: 212 of 640 rows have a partner type that no policy names (''Bronze Reseller''). '
        'The delivery of 2026-07-31 stays in force. Add the type to partner_types.csv or ask the sender, then deliver again.')
) as health (
    export, instance, data_through, age_days, rows_in, rows_accepted, rows_rejected, rows_collapsed, last_verdict, last_as_of_date, last_reason
)
where getvariable('has_partners') or export not like 'prm.%';

create table marts.match_review as
select
    'crm.accounts' as source_export, 'salesforce:001' || n as record_id, 'Acme ' || n as record_name,
    'ambiguous' as match_status, true as needs_review
from range(3) as accounts (n)
where getvariable('has_partners');

create table marts.rpt_watch_list as
from (
    values
    ('sla_breached_open/zendesk:7', 'sla_breached_open', 'prm:K', 'Kestrel Systems', 'EMEA', 'Gold', 'ticket', 'zendesk:7',
        'partner_support/resolution', date '2026-08-20', -11, 'sla_open_breach_count', 'partner_support/resolution'),
    ('certificate_expires/docebo:9', 'certificate_expires', 'prm:K', 'Kestrel Systems', 'EMEA', 'Gold', 'certificate',
        'docebo:9', '=Delivery Expert, docebo:17', date '2026-09-20', 20, 'certifications_expiring_90d', '')
) as watched (
    watch_id, watch_kind, partner_id, partner_name, region, tier, entity_type, entity_id, subject, due_date, days_left,
    kpi_code, dimension
)
where getvariable('has_partners');
