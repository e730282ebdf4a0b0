from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel


class OrderOut(BaseModel):
    id: UUID
    created_at: datetime
    customer_id: UUID
    total: Decimal
    note: str | None
