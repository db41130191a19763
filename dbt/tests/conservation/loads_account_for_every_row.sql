-- No record of a delivery is lost: what came in was accepted, rejected or collapsed, and what was rejected can be read.
with rejected as (

    select load_seq, count(distinct record_number) as rejected_count
    from {{ source('ledger', 'rejected_rows') }}
    group by load_seq

),

failures as (

    select
        'Load ' || loads.load_seq || ' of ' || loads.export || ' took in ' || loads.rows_in || ' records and accounts for '
        || loads.rows_accepted || ' accepted, ' || loads.rows_rejected || ' rejected (' || coalesce(rejected.rejected_count, 0)
        || ' kept with their reason) and ' || loads.rows_collapsed || ' collapsed.' as message
    from {{ source('ledger', 'loads') }} as loads
    left join rejected on loads.load_seq = rejected.load_seq
    where
        loads.rows_in is distinct from loads.rows_accepted + loads.rows_rejected + loads.rows_collapsed
        or loads.rows_rejected is distinct from coalesce(rejected.rejected_count, 0)

)

{{ fail_with_message() }}
