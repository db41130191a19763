{#-
    From months to windows: each row of `relation` once for every window of its series that holds its month. What has no month
    counts for all time only. Gives the relation's columns + window_id, basis, window_end, is_first_month, is_last_month.
-#}
{% macro in_windows(relation, month) -%}
(
    select
        monthly.*,
        windows.* exclude (schedule_id, window_month)
    from {{ relation }} as monthly
    inner join {{ ref('int_kpi_window_months') }} as windows
        on {{ schedule_of('monthly.series_id') }} = windows.schedule_id
        and monthly.{{ month }} = windows.window_month
    union all
    select
        monthly.*,
        -- The last month of all time is the one in which it ends.
        windows.* exclude (schedule_id, window_month) replace (
            coalesce(monthly.{{ month }} >= date_trunc('month', windows.window_end), false) as is_last_month
        )
    from {{ relation }} as monthly
    inner join {{ ref('int_kpi_window_months') }} as windows
        on {{ schedule_of('monthly.series_id') }} = windows.schedule_id
        and windows.window_month is null
)
{%- endmacro %}
