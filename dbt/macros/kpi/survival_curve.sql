{#-
    Kaplan-Meier survival and Aalen-Johansen cumulative incidence from counts by age.

    changes: relation with the key columns and age, entered, exited, stopped, competed; at most one row per key and age;
    further columns are kept. A clock is at risk at age t when it entered before t and leaves at t or later; events come
    before censoring. Yields beside: ended, at_risk, survival S(t) (of any end), incidence F(t) of the stop with competing
    ends, the Greenwood sum d / (n (n - d)), how many stopped so far and will later, and the next age at which anything
    ended. An age at which nothing ended leaves survival, incidence and the Greenwood sum as they were.
    Without competing ends F = 1 - S. Numbers of clocks are added as doubles, which hold them exactly and are added faster than
    the 128-bit integers of sums. Sources: Kaplan and Meier (1958); Aalen and Johansen (1978); Greenwood (1926).
-#}
{% macro survival_curve(changes, keys) -%}
{%- set key_list = keys | join(', ') -%}
with at_ages as (

    select
        *,
        stopped + competed as ended,
        sum(cast(entered - exited as double)) over (
            partition by {{ key_list }} order by age rows between unbounded preceding and 1 preceding
        ) as at_risk
    from {{ changes }}

),

surviving as (

    select
        *,
        coalesce(product(if(ended > 0, 1 - ended / at_risk, 1)) over before_age, 1) as survival_before,
        sum(if(ended > 0 and at_risk > ended, ended / (at_risk * (at_risk - ended)), null)) over up_to_age as greenwood_sum,
        sum(cast(stopped as double)) over up_to_age as stopped_so_far,
        sum(cast(stopped as double)) over whole_curve - stopped_so_far as stopped_later,
        lead(if(ended > 0, age, null) ignore nulls) over in_order as next_ended_age
    from at_ages
    window
        up_to_age as (partition by {{ key_list }} order by age rows between unbounded preceding and current row),
        before_age as (partition by {{ key_list }} order by age rows between unbounded preceding and 1 preceding),
        in_order as (partition by {{ key_list }} order by age),
        whole_curve as (partition by {{ key_list }})

)

select
    * exclude (survival_before),
    if(ended > 0, survival_before * (1 - ended / at_risk), survival_before) as survival,
    sum(if(stopped > 0, survival_before * stopped / at_risk, 0)) over (
        partition by {{ key_list }} order by age rows between unbounded preceding and current row
    ) as incidence
from surviving
{%- endmacro %}
