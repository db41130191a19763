-- One row per partner account: the partner it is, by which rule, or why nobody was picked.
with accounts as (

    select * from {{ ref('int_partner_accounts') }}

),

candidates as (

    select * from {{ ref('int_partner_match_candidates') }}

),

first_rule as (

    select account_id, min(rule_rank) as rule_rank
    from candidates
    group by account_id

),

proposals as (

    select
        candidates.account_id,
        candidates.match_rule,
        count(distinct candidates.partner_id) as candidate_count,
        min(candidates.partner_id) as partner_id,
        string_agg(distinct candidates.partner_id, ', ' order by candidates.partner_id) as candidate_ids
    from candidates
    inner join first_rule
        on candidates.account_id = first_rule.account_id
        and candidates.rule_rank = first_rule.rule_rank
    group by candidates.account_id, candidates.match_rule

)

select
    accounts.account_id,
    accounts.instance,
    accounts.source_account_id,
    accounts.account_name,
    accounts.web_domain,
    accounts.duns,
    accounts.country,
    accounts.is_in_deals,
    case when proposals.candidate_count = 1 then proposals.partner_id end as partner_id,
    proposals.match_rule,
    case
        when proposals.account_id is null then 'no_candidate'
        when proposals.candidate_count = 0 then 'forbidden_by_override'
        when proposals.candidate_count = 1 then 'matched'
        else 'ambiguous'
    end as match_status,
    proposals.candidate_ids
from accounts
left join proposals on accounts.account_id = proposals.account_id
