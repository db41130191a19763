-- One row per opportunity that its CRM has ever shown; one that left the snapshot keeps its last state and says so.
select
    {{ entity_key('opportunity_id') }} as deal_id,
    _instance as instance,
    opportunity_id as source_opportunity_id,
    name as deal_name,
    {{ entity_key('account_id') }} as account_id,
    amount,
    upper(currency) as currency,
    amount_type,
    term_months,
    stage,
    deal_type,
    lower(route) as route,
    coalesce(is_registered, false) as is_marked_registered,
    probability,
    created_at,
    coalesce(created_date, {{ local_date('created_at') }}) as created_date,
    close_date,
    is_closed,
    is_won,
    lead_source,
    coalesce(is_test, false) as is_test,
    coalesce(is_deleted, false) or _valid_to is not null as is_deleted,
    {{ entity_key('merged_into_opportunity_id') }} as merged_into_deal_id
from {{ as_known_versions('raw_crm', 'opportunities') }}
qualify row_number() over (partition by _instance, opportunity_id order by _valid_from desc, _load_seq desc) = 1
