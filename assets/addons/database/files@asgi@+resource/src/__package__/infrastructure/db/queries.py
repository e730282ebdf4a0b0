"""{{ Nouns_words }} in the database."""

{{ partial("query_imports") }}


{{ partial("queries.py") }}
