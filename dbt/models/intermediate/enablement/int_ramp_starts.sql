-- One row per stretch of membership and start of its ramps: joined, signed, onboarded.
with partners as (

    select * from {{ ref('dim_partners') }} where not is_reserved

),

spells as (

    select * from {{ ref('int_partner_spells') }}

),

stated as (

    -- The PRM states one date for all spells: it is the first one's that had not ended by then.
    select partner_id, 'signed' as clock_start, signed_date as start_date
    from partners
    where signed_date is not null
    union all
    select partner_id, 'onboarded', onboarded_date
    from partners
    where onboarded_date is not null

),

starts as (

    select partner_id, spell_number, 'joined' as clock_start, joined_date as start_date
    from spells
    union all
    select
        stated.partner_id,
        coalesce(
            min(spells.spell_number) filter (where spells.left_date is null or spells.left_date > stated.start_date),
            max(spells.spell_number)
        ),
        stated.clock_start,
        stated.start_date
    from stated
    inner join spells on stated.partner_id = spells.partner_id
    group by all

)

select
    starts.partner_id || '/' || starts.spell_number || '/' || starts.clock_start as ramp_start_id,
    starts.partner_id,
    partners.instance,
    starts.spell_number,
    starts.clock_start,
    starts.start_date,
    -- The first ramp looks back: what was reached before it began is a negative ramp. A later one begins afresh.
    if(starts.spell_number = 1, date '1900-01-01', least(spells.joined_date, starts.start_date)) as counts_from,
    spells.left_date,
    partners.is_test
from starts
inner join spells on starts.partner_id = spells.partner_id and starts.spell_number = spells.spell_number
inner join partners on starts.partner_id = partners.partner_id
