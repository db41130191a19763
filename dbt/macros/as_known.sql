{#-
    Raw history as the run may see it. Raw tables hold one row per version of a key by delivery:
    [_valid_from, _valid_to) in business dates, learned by _load_seq, its end by _closed_seq, withdrawn by _superseded_seq.

    as_known            the versions in force on the run's as-of date, at most one per key
    as_known_versions   all versions up to that date, with the end as it was known (valid_to is null = still in force)
    as_known_by_row_date  reference data that carries its own dates: what was known, whatever its as-of
-#}
{% macro as_known_versions(schema, table) -%}
(
    select
        versions.* exclude (_valid_to, _closed_seq, _superseded_seq),
        run.as_of_date,
        case
            when versions._closed_seq <= run.known_sequence and versions._valid_to <= run.as_of_date then versions._valid_to
        end as _valid_to
    from {{ source(schema, table) }} as versions
    cross join {{ ref('int_run_parameters') }} as run
    where
        versions._load_seq <= run.known_sequence
        and (versions._superseded_seq is null or versions._superseded_seq > run.known_sequence)
        and versions._valid_from <= run.as_of_date
)
{%- endmacro %}

{% macro as_known(schema, table) -%}
(select * from {{ as_known_versions(schema, table) }} where _valid_to is null)
{%- endmacro %}

{% macro as_known_by_row_date(schema, table) -%}
(
    select versions.*, run.as_of_date
    from {{ source(schema, table) }} as versions
    cross join {{ ref('int_run_parameters') }} as run
    where
        versions._load_seq <= run.known_sequence
        and (versions._superseded_seq is null or versions._superseded_seq > run.known_sequence)
        and (versions._closed_seq is null or versions._closed_seq > run.known_sequence)
)
{%- endmacro %}
