from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from documents import OrderOut
from fastapi import FastAPI, HTTPException

KEY = UUID(int=1)
ORDERS = {KEY: OrderOut(id=KEY, created_at=datetime.now(UTC), customer_id=KEY, total=Decimal("12.5000"), note="alpha")}

app = FastAPI()


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/orders/{order_id}")
async def get_order(order_id: UUID) -> OrderOut:
    order = ORDERS.get(order_id)
    if order is None:
        raise HTTPException(404)
    return order
