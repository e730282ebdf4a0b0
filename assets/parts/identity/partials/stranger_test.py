def test_a_stranger_is_refused_before_the_body_is_read(stranger: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b"{"
        pytest.fail("more of the body was read")

    half_a_body = stranger.post(PATH, content=b"{", headers={"content-type": "application/json"})
    refused = stranger.post(PATH, content=body())

    assert (half_a_body.status_code, refused.status_code) == (401, 401)
