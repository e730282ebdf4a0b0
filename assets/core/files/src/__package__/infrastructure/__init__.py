"""The outer edge: settings, logs, the server process and everything the service calls."""
