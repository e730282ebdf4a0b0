"""The errors that use cases raise, because their callers cannot handle them."""

{{ slot("domain.errors") }}
