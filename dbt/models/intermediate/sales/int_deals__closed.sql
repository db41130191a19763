-- One row per deal: its outcome by the meaning of its stage, and when it closed.
{{ config(materialized='view') }}

with deals as (

    select * from {{ ref('stg_crm__opportunities') }}

),

stages as (

    select * from {{ ref('stg_policy__deal_stages') }}

),

last_visits as (

    select *
    from {{ ref('int_state_visits') }}
    where entity_type = 'deal' and exited_at is null

),

meanings as (

    select
        deals.*,
        case
            when own_stages.meaning is not null then own_stages.meaning
            when any_stages.meaning is not null then any_stages.meaning
            -- A stage that the policy does not know: the CRM's own flags decide.
            when deals.is_won then 'won'
            when deals.is_closed then 'lost'
            else 'open'
        end as stage_meaning,
        own_stages.meaning is null and any_stages.meaning is null as is_stage_unknown
    from deals
    left join stages as own_stages on deals.stage = own_stages.stage and deals.instance = own_stages.instance
    left join stages as any_stages on deals.stage = any_stages.stage and any_stages.instance = '*'

)

select
    meanings.*,
    case when meanings.stage_meaning in ('won', 'lost') then meanings.stage_meaning else 'open' end as outcome,
    -- The last entry into a closed stage that still holds; without history the close date it states.
    case
        when meanings.stage_meaning in ('won', 'lost') then
            case
                when last_visits.state_meaning = meanings.stage_meaning or last_visits.state = meanings.stage
                    then last_visits.entered_date
                else meanings.close_date
            end
    end as closed_date,
    case
        when last_visits.entity_id is null then 'none'
        when not coalesce(last_visits.state = meanings.stage, false) then 'latest_visit_only'
        else 'full'
    end as history_quality
from meanings
left join last_visits on meanings.deal_id = last_visits.entity_id
