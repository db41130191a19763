{#-
    Kaplan-Meier survival and Aalen-Johansen cumulative incidence from counts by age.

    changes: relation with the key columns and age, entered, exited, stopped, competed; at most one row per key and age.
    A clock is at risk at age t when it entered before t and leaves at t or later; events come before censoring.
    Yields per key and age at which anything ended: at_risk, ended, stopped, survival S(t) (of any end), incidence F(t) of the
    stop with competing ends, and the Greenwood sum d / (n (n - d)).
    Without competing ends F = 1 - S. Sources: Kaplan and Meier (1958); Aalen and Johansen (1978); Greenwood (1926).
-#}
{% macro survival_curve(changes, keys) -%}
{%- set key_list = keys | join(', ') -%}
with at_ages as (

    select
        {{ key_list }},
        age,
        stopped,
        stopped + competed as ended,
        sum(entered - exited) over (
            partition by {{ key_list }} order by age rows between unbounded preceding and 1 preceding
        ) as at_risk
    from {{ changes }}

),

surviving as (

    select
        *,
        product(1 - ended / at_risk) over up_to_age as survival,
        sum(if(at_risk > ended, ended / (at_risk * (at_risk - ended)), null)) over up_to_age as greenwood_sum,
        sum(stopped) over up_to_age as stopped_so_far
    from at_ages
    where ended > 0
    window up_to_age as (partition by {{ key_list }} order by age)

),

before_each as (

    select
        *,
        coalesce(lag(survival) over (partition by {{ key_list }} order by age), 1) as survival_before
    from surviving

)

select
    {{ key_list }},
    age,
    at_risk,
    ended,
    stopped,
    stopped_so_far,
    survival,
    sum(survival_before * stopped / at_risk) over (partition by {{ key_list }} order by age) as incidence,
    greenwood_sum
from before_each
{%- endmacro %}
