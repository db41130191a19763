-- One row per stretch of membership of a partner: from joining until leaving, or until it was missing from a delivery.
with versions as (

    select
        *,
        -- A PRM that states no joining dates at all has shown everybody it lists as a member; one that does has not.
        max(joined_date) over (partition by instance) is not null as states_joining,
        -- It says that it left, and then that it joined later than that.
        coalesce(joined_date > lag(left_date) over chronology, false) as joins_again,
        -- A version that begins when the one before ended continues the stretch.
        joins_again
        or coalesce(valid_from > lag(coalesce(valid_to, date '9999-12-31')) over chronology, true) as is_new_spell
    from {{ ref('stg_prm__partner_versions') }}
    window chronology as (partition by partner_id order by valid_from)

),

numbered as (

    select
        *,
        sum(is_new_spell::integer) over (partition by partner_id order by valid_from) as spell_number
    from versions

),

spells as (

    select
        partner_id,
        spell_number,
        min(valid_from) as first_shown,
        any_value(states_joining) as states_joining,
        bool_or(joins_again) as joins_again,
        arg_max(joined_date, valid_from) as joined_date,
        arg_max_null(left_date, valid_from) as left_date,
        -- The stretch is open if its last version still holds.
        case when bool_and(valid_to is not null) then max(valid_to) end as missing_since
    from numbered
    group by partner_id, spell_number

)

select
    spells.partner_id,
    spells.spell_number,
    -- Who was missing and is shown again joins when it is shown again.
    if(
        spells.spell_number = 1 or spells.joins_again,
        coalesce(spells.joined_date, spells.first_shown),
        greatest(spells.joined_date, spells.first_shown)
    ) as joined_date,
    if(
        least(spells.left_date, spells.missing_since) <= run.as_of_date, least(spells.left_date, spells.missing_since), null
    ) as left_date,
    case
        when least(spells.left_date, spells.missing_since) > run.as_of_date then null
        when spells.left_date <= coalesce(spells.missing_since, spells.left_date) then 'left_date'
        when spells.missing_since is not null then 'missing_from_delivery'
    end as left_evidence
from spells
cross join {{ ref('int_run_parameters') }} as run
where spells.joined_date is not null or not spells.states_joining
