"""What the service does, in plain Python: it knows no framework, no database and no HTTP."""
