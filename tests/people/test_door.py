"""At the door: signing up, in and out."""

from __future__ import annotations

from tests.pages import CheckedClient


def test_a_farmer_signs_up_and_is_signed_in(client: CheckedClient) -> None:
    client.submit(
        "/sign-up",
        mobile="13900000001",
        password="jinguo-2026",
        password_again="jinguo-2026",
        consent="y",
    )
    assert client.get("/me/profile").status_code == 200
