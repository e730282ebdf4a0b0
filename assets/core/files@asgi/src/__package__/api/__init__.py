"""The HTTP edge: requests in, problem details or documents out. No rule of the service lives here."""
