"""Which account belongs to whom at the identity provider."""
