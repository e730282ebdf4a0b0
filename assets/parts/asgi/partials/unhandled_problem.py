async def unhandled_problem(_request: Request, error: Exception) -> Response:
    _logger.error("unhandled error", exc_info=error)
    return problem(500, request_id=current_request_id())
