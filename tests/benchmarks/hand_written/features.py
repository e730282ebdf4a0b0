"""What a team writes by hand for the same features, with neither deadline nor limits."""

import logging
import sys
import time
from typing import Annotated
from uuid import UUID

from asgi_correlation_id import CorrelationIdFilter, CorrelationIdMiddleware
from by_id import ORDERS
from documents import OrderOut
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pythonjsonlogger.json import JsonFormatter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

handler = logging.StreamHandler(sys.stdout)
handler.addFilter(CorrelationIdFilter())
handler.setFormatter(JsonFormatter(["asctime", "levelname", "name", "message", "correlation_id"]))
logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
logger = logging.getLogger("access")


class AccessLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self.app(scope, receive, send_and_note)
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        fields = {"method": scope["method"], "path": scope["path"], "status": status, "milliseconds": milliseconds}
        logger.info("request", extra=fields)


async def get_orders() -> dict[UUID, OrderOut]:
    return ORDERS


router = APIRouter(prefix="/orders")


@router.get("/{order_id}")
async def get_order(order_id: UUID, orders: Annotated[dict[UUID, OrderOut], Depends(get_orders)]) -> OrderOut:
    order = orders.get(order_id)
    if order is None:
        raise HTTPException(404)
    return order


app = FastAPI()
app.add_middleware(AccessLog)
app.add_middleware(CorrelationIdMiddleware)
app.include_router(router)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}
