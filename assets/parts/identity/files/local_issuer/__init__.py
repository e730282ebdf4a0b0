"""An OpenID Connect issuer for development and tests. It believes everybody, so it refuses to run in production."""
