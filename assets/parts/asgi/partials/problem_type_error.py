class ProblemTypeError(HTTPException):
    """An HTTPException with a type of problem that clients can switch on, such as "invalid-request"."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(status, detail)
        self.kind: str = kind
