"""Checks the signature of a token as often as it is told, and prints the processor time of one check in seconds."""

import sys
import time

import httpx2
from joserfc import jws
from joserfc.jwk import KeySet

token, times, issuer = sys.argv[1], int(sys.argv[2]), sys.argv[3]
keys = KeySet.import_key_set(httpx2.get(f"{issuer}/jwks").json())
begun = time.process_time()
for _ in range(times):
    _ = jws.deserialize_compact(token, keys, algorithms=["RS256"])
print((time.process_time() - begun) / times)
