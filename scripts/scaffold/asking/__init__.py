"""What a user asks for, in one backend: names, resource, options, all checked at once."""
