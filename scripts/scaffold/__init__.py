"""The library under the commands in scripts/: it plans, renders, writes and checks backends. Only commands print."""
