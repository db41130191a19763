{#- Bound of the 95 % Wilson score interval of a share (Wilson 1927); sign is '-' or '+'. -#}
{% macro wilson_bound(numerator, denominator, sign) -%}
{%- set z = '1.959963984540054' -%}
{%- set share = '(cast(' ~ numerator ~ ' as double) / cast(' ~ denominator ~ ' as double))' -%}
{%- set size = 'cast(' ~ denominator ~ ' as double)' -%}
(
            greatest(0, {{ share }} + {{ z }} * {{ z }} / (2 * {{ size }})
            {{ sign }} {{ z }} * sqrt({{ share }} * (1 - {{ share }}) / {{ size }} + {{ z }} * {{ z }} / (4 * {{ size }} * {{ size }})))
            / (1 + {{ z }} * {{ z }} / {{ size }})
        )
{%- endmacro %}
