-- One row per save of an opportunity's stage, amount or close date.
select
    {{ entity_key('history_id') }} as history_id,
    _instance as instance,
    {{ entity_key('opportunity_id') }} as deal_id,
    coalesce(changed_at, cast(changed_date as timestamp)) as changed_at,
    coalesce(changed_date, {{ local_date('changed_at') }}) as changed_date,
    stage,
    amount,
    upper(currency) as currency,
    close_date,
    probability
from {{ as_known('raw_crm', 'opportunity_history') }}
where coalesce(changed_date, {{ local_date('changed_at') }}) <= as_of_date
