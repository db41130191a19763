-- A small finished build, in the shape that dbt leaves: tables in marts, views in evidence, and work schemas beside.
-- $build is the catalog's name; variables: has_partners (boolean).
create schema marts;
create schema evidence;
create schema intermediate;

create table intermediate.int_left_behind as select 1 as never_published;

create table marts.run_info as
select date '2026-08-31' as as_of_date, 41::bigint as known_sequence, timestamp '2026-09-01 05:12:00' as known_at,
    'USD' as reporting_currency, 'UTC' as reporting_timezone, 2 as fiscal_year_start;

create table marts.dim_partners as
select
    'partnerstack:P-' || lpad(n::varchar, 4, '0') as partner_id,
    name as partner_name,
    partner_type,
    motion,
    region,
    country,
    tier,
    manager,
    null::varchar as parent_partner_id,
    'active' as status,
    date '2024-02-01' + (n * 37)::integer as joined_date,
    null::date as left_date,
    false as is_reserved
from (values
    (1, 'Northwind Cloud', 'reseller', 'resell', 'EMEA', 'GB', 'Gold', 'Ada Osei'),
    (2, 'Kestrel Systems', 'reseller', 'resell', 'EMEA', 'DE', 'Silver', 'Ada Osei'),
    (3, 'Blue Harbour IT', 'reseller', 'resell', 'AMER', 'US', 'Platinum', 'Luis Prado'),
    (4, 'Cascade Data', 'msp', 'services', 'AMER', 'CA', 'Gold', 'Luis Prado'),
    (5, 'Sakura Integration', 'integrator', 'services', 'APAC', 'JP', 'Gold', 'Mei Tan'),
    (6, 'Southern Cross Digital', 'integrator', 'services', 'APAC', 'AU', 'Silver', 'Mei Tan'),
    (7, 'Helix Alliance', 'alliance', 'alliance', 'AMER', 'US', 'Platinum', 'Luis Prado'),
    (8, 'Meridian ISV', 'alliance', 'alliance', 'EMEA', 'FR', 'Gold', 'Ada Osei'),
    (9, 'Stratus Exchange', 'marketplace', 'marketplace', 'AMER', 'US', 'Gold', 'Luis Prado'),
    (10, '=cmd|calc Trading', 'reseller', 'resell', 'APAC', 'SG', 'Registered', 'Mei Tan'),
    (11, 'Atlas Vertrieb', 'distributor', 'resell', 'EMEA', 'DE', 'Gold', 'Ada Osei'),
    (12, 'Orchard Managed Services', 'msp', 'services', 'EMEA', 'IE', 'Registered', 'Ada Osei'),
    (13, 'Pampa Soluciones', 'reseller', 'resell', 'AMER', 'BR', 'Silver', 'Luis Prado'),
    (14, 'Lotus Apps', 'marketplace', 'marketplace', 'APAC', 'IN', 'Silver', 'Mei Tan')
) as partners (n, name, partner_type, motion, region, country, tier, manager)
where getvariable('has_partners')
union all
select reserved.partner_id, reserved.partner_name, null, null, null, null, null, null, null, null, null, null, true
from (values ('direct', 'Direct (no partner)'), ('unmatched', 'Unmatched (which partner?)')) as reserved (partner_id, partner_name);

comment on table marts.dim_partners is 'One row per partner, as of the run''s date.';
comment on column marts.dim_partners.tier is 'Level of the programme''s membership in force.';

-- Kestrel Systems moved from AMER to EMEA in the middle of July.
create table marts.dim_partner_history as
with partners as (select * exclude (joined_date, left_date, is_reserved) from marts.dim_partners where not is_reserved),
versions as (
    select *, date '1900-01-01' as valid_from, null::date as valid_to from partners where partner_name <> 'Kestrel Systems'
    union all
    select * replace ('AMER' as region), date '1900-01-01', date '2026-07-15' from partners where partner_name = 'Kestrel Systems'
    union all
    select *, date '2026-07-15', null from partners where partner_name = 'Kestrel Systems'
)
select partner_id || '@' || valid_from as partner_version_id, * from versions;

create table marts.fct_deals as
with drawn as (
    select
        n,
        hash(n * 7 + 1) % 1000 / 1000.0 as luck,
        hash(n * 13 + 5) % 100 as pick,
        1 + hash(n) % 14 as place,
        date '2025-05-03' + (n * 480 // 620)::integer as created_date
    from range(620) as numbers (n)
),
placed as (
    select
        *,
        case
            when pick < 15 then 'direct'
            when not getvariable('has_partners') then 'unmatched'
            -- One partner with hardly any deals, one with none that closed.
            else 'partnerstack:P-' || lpad(if(place = 14 and n % 9 > 0 or place = 12 and n < 600, 3, place)::varchar, 4, '0')
        end as partner_id,
        created_date + (12 + hash(n * 3) % 110)::integer as ended_date,
        round(8000 + (hash(n * 5) % 90000) * (0.6 + luck), 2)::decimal(18, 2) as amount
    from drawn
)
select
    'salesforce:006' || lpad(n::varchar, 6, '0') as deal_id,
    partner_id,
    created_date,
    case when ended_date <= date '2026-08-31' then ended_date when n = 600 then date '2026-09-20' end as closed_date,
    case when n = 600 then 'won' when ended_date > date '2026-08-31' then 'open' when luck < 0.22 + 0.0004 * n then 'won' else 'lost' end as outcome,
    amount,
    case when n = 600 then 'closed_in_future' when n % 97 = 3 then 'test_record' when n % 89 = 7 then 'deleted_at_source' end as excluded_reason,
    case when n % 71 = 9 then 'missing_fx_rate' end as money_excluded_reason
from placed;

comment on column marts.fct_deals.amount is 'Booked amount in the reporting currency.';

create view evidence.evidence__deal_velocity as
with codes as (
    select
        deals.*,
        unnest(['deals_won_count', 'won_amount', 'win_rate_by_count', 'open_deal_count', 'time_to_close', 'win_incidence']) as kpi_code
    from "$build"."marts"."fct_deals" as deals
)
select
    kpi_code || '/' || deal_id as evidence_id, kpi_code, '1' as definition_version, partner_id, 'deal' as entity_type,
    deal_id as entity_id, null::varchar as subject_id,
    case when kpi_code = 'time_to_close' then 'created' else '' end as dimension,
    case when kpi_code <> 'open_deal_count' then closed_date end as event_date,
    case when kpi_code in ('time_to_close', 'win_incidence') then created_date::timestamp end as started_at,
    case when kpi_code in ('time_to_close', 'win_incidence') then coalesce(closed_date, date '2026-08-31')::timestamp end as ended_at,
    case when kpi_code = 'open_deal_count' then created_date end as valid_from,
    case when kpi_code = 'open_deal_count' then closed_date end as valid_to,
    null::bigint as entry_duration,
    case when kpi_code in ('time_to_close', 'win_incidence') then date_diff('day', created_date, coalesce(closed_date, date '2026-08-31')) end as duration,
    case when kpi_code in ('time_to_close', 'win_incidence') then case when outcome = 'open' then 'censored' else outcome end end as outcome,
    case kpi_code
        when 'won_amount' then amount
        when 'win_rate_by_count' then (outcome = 'won')::integer
        when 'time_to_close' then null
        when 'win_incidence' then null
        else 1
    end::decimal(38, 12) as numerator,
    case kpi_code when 'win_rate_by_count' then 1 end::decimal(38, 12) as denominator,
    null::decimal(9, 6) as share,
    case when kpi_code = 'won_amount' then 'USD' end as currency,
    coalesce(excluded_reason, case when kpi_code = 'won_amount' then money_excluded_reason end) as excluded_reason,
    case when partner_id = 'direct' then 'direct' else 'partner' end as route,
    case when kpi_code in ('deals_won_count', 'won_amount', 'win_rate_by_count') then closed_date else created_date end as anchor_date,
    date '2026-08-31' as observed_through
from codes
where kpi_code not in ('deals_won_count', 'won_amount', 'win_rate_by_count')
    or (closed_date is not null and (kpi_code = 'win_rate_by_count' or outcome = 'won'));

create view evidence.evidence__partners as
select
    kpi_code || '/' || partner_id as evidence_id, kpi_code, '1' as definition_version, partner_id, 'partner' as entity_type,
    partner_id as entity_id, null::varchar as subject_id, '' as dimension,
    case when kpi_code = 'partners_recruited' then joined_date end as event_date,
    null::timestamp as started_at, null::timestamp as ended_at,
    case when kpi_code = 'partner_count' then joined_date end as valid_from,
    case when kpi_code = 'partner_count' then left_date end as valid_to,
    null::bigint as entry_duration, null::bigint as duration, null::varchar as outcome,
    1::decimal(38, 12) as numerator, null::decimal(38, 12) as denominator, null::decimal(9, 6) as share,
    null::varchar as currency, null::varchar as excluded_reason, null::varchar as route,
    joined_date as anchor_date, date '2026-08-31' as observed_through
from (
    select *, unnest(['partner_count', 'partners_recruited']) as kpi_code from "$build"."marts"."dim_partners" where not is_reserved
);

-- Named before its parents in the alphabet, so that the order of views has to be found.
create view marts.kpi_evidence as
select * from "$build"."evidence"."evidence__deal_velocity"
union all
select * from "$build"."evidence"."evidence__partners";

comment on view marts.kpi_evidence is 'One row per thing that counts, or might have counted, for a KPI.';
comment on column marts.kpi_evidence.numerator is 'What this row adds above the line.';
