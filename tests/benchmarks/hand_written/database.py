import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from documents import OrderOut
from fastapi import FastAPI, HTTPException
from orders_api.infrastructure.db.models import OrderRow
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

# The pool is as large as that of the emitted service.
engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("://", "+psycopg://"), pool_size=10, max_overflow=0, hide_parameters=True
)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/orders/{order_id}")
async def get_order(order_id: UUID) -> OrderOut:
    async with AsyncSession(engine) as session:
        row = await session.get(OrderRow, order_id)
    if row is None:
        raise HTTPException(404)
    return OrderOut.model_validate(row, from_attributes=True)
