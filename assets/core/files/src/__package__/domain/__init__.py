"""What the service does, in plain Python: it knows no framework and no HTTP."""
