{#-
    Facts that hold for every row: {a sentence: an SQL condition}; a condition that is NULL holds.
    `named_by` is SQL text that names the row in the message.
-#}
{% test row_facts(model, named_by, facts) %}
with broken as (

    select
        {{ named_by }} as row_name,
        [
            {%- for sentence, condition in facts.items() %}
            if(({{ condition }}) is false, '{{ sentence | replace("'", "''") }}', null){{ ',' if not loop.last }}
            {%- endfor %}
        ] as sentences
    from {{ model }}
    where{% for condition in facts.values() %} ({{ condition }}) is false{{ ' or' if not loop.last }}{% endfor %}

),

failures as (

    select '{{ model.identifier }} breaks its rule "' || sentence || '" at ' || row_name || '.' as message
    from (select row_name, unnest(sentences) as sentence from broken) as each_sentence
    where sentence is not null

)

{{ fail_with_message() }}
{% endtest %}
