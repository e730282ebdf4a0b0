"""An OpenID Connect issuer for development and tests. It takes everybody's word, so production never meets it."""
