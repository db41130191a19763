-- fct_deals holds exactly the opportunities of the newest delivery that the run may see, and those that have left it, which
-- never count. The rule of what is visible is written out here once more, apart from the macro that all models share.
with run as (

    select as_of_date, known_sequence from {{ ref('run_info') }}

),

known as (

    select
        versions._instance || ':' || versions.opportunity_id as deal_id,
        -- Ended, by a load that the run knows, on or before its date.
        coalesce(versions._closed_seq <= run.known_sequence and versions._valid_to <= run.as_of_date, false) as has_ended
    from {{ source('raw_crm', 'opportunities') }} as versions
    cross join run
    where
        versions._load_seq <= run.known_sequence
        and coalesce(versions._superseded_seq > run.known_sequence, true)
        and versions._valid_from <= run.as_of_date

),

expected as (

    select deal_id, bool_and(has_ended) as has_left
    from known
    group by deal_id

),

failures as (

    select
        'Deal ' || deal_id
        || case
            when expected.deal_id is null then ' is in fct_deals, but no delivery that the run may see holds it.'
            when deals.deal_id is null then ' was delivered and is missing from fct_deals.'
            else ' has left its CRM''s newest delivery and still counts.'
        end as message
    from expected
    full outer join {{ ref('fct_deals') }} as deals using (deal_id)
    where
        expected.deal_id is null
        or deals.deal_id is null
        or (expected.has_left and deals.excluded_reason is null)

)

{{ fail_with_message() }}
