"""The gates: a backend is installed, checked, started and stopped."""
