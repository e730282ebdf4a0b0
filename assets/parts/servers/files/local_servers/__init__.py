"""Servers for development and tests: nothing here is a part of the service."""
