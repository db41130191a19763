-- One row per record of another system: the partner it is, by which rule, or why nobody was picked.
with records as (

    select * from {{ ref('int_external_records') }}

),

candidates as (

    select * from {{ ref('int_partner_match_candidates') }}

),

first_rule as (

    select source_export, record_id, min(rule_rank) as rule_rank
    from candidates
    group by all

),

proposals as (

    select
        candidates.source_export,
        candidates.record_id,
        candidates.match_rule,
        count(distinct candidates.partner_id) as candidate_count,
        min(candidates.partner_id) as partner_id,
        string_agg(distinct candidates.partner_id, ', ' order by candidates.partner_id) as candidate_ids
    from candidates
    inner join first_rule using (source_export, record_id, rule_rank)
    group by all

)

select
    records.source_export,
    records.record_id,
    records.instance,
    records.source_record_id,
    records.record_name,
    records.web_domain,
    records.duns,
    records.country,
    records.is_in_deals,
    case when proposals.candidate_count = 1 then proposals.partner_id end as partner_id,
    proposals.match_rule,
    case
        when proposals.record_id is null then 'no_candidate'
        when proposals.candidate_count = 0 then 'forbidden_by_override'
        when proposals.candidate_count = 1 then 'matched'
        else 'ambiguous'
    end as match_status,
    proposals.candidate_ids
from records
left join proposals on records.source_export = proposals.source_export and records.record_id = proposals.record_id
