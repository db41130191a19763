-- A clock has one promise. Where two policies of service fit it on the day it starts and name the same attributes, nobody can
-- say which is meant.
with suspected as (

    -- Clocks are told apart by their hash first, and compared by name only where two hashes meet.
    select hash(sla_clock_id) as clock_hash
    from {{ ref('int_sla_clock_policies') }}
    group by clock_hash
    having count(*) > 1

),

clocks as (

    select sla_clock_id, string_agg(policy_id, ' and ' order by policy_id) as policy_ids
    from {{ ref('int_sla_clock_policies') }}
    where hash(sla_clock_id) in (select clock_hash from suspected)
    group by sla_clock_id
    having count(*) > 1

),

failures as (

    select
        'The policies ' || policy_ids || ' are in force at once for ' || min(sla_clock_id) || ', and neither is more specific'
        || ' than the other. End one of them (valid_to) in sla_policies.csv, or name what sets them apart.' as message
    from clocks
    group by policy_ids

)

{{ fail_with_message() }}
