"""The documents that cross the wire. They are not the domain: each converts at once, in or out."""
