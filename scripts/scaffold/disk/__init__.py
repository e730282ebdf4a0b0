"""Writing planned files: all of them or none, and never over what somebody else wrote."""
