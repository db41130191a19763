-- One row per CRM account that stands for a partner, with the partner it was matched to and by which rule, or why not.
select
    'crm.accounts' as source_export,
    account_id,
    instance,
    source_account_id,
    account_name,
    web_domain,
    duns,
    country,
    is_in_deals,
    partner_id,
    match_rule,
    match_status,
    match_status in ('ambiguous', 'no_candidate') as needs_review,
    candidate_ids
from {{ ref('int_partner_matches') }}
