import os
import sys

import uvicorn

uvicorn.run(
    sys.argv[1],
    host=os.environ["HOST"],
    port=int(os.environ["PORT"]),
    lifespan="on",
    ws="none",
    log_config=None,
    access_log=False,
    server_header=False,
)
