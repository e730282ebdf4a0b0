MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one part of the request, such as "body/total" or "query/limit"."""

    where: str
    message: str


class Problem(BaseModel):
    """Clients switch on `type`, which stays the same; "about:blank" means that `status` says everything."""

    type: str
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None
    errors: list[FieldProblem] | None = None
