"""Composing the files of a backend from the features that were chosen."""
