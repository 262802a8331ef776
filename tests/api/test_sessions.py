"""Sign-in, refresh, theft, sign-out."""
import time

import requests

from conftest import setting, together


def login(email, password):
    return requests.post(setting("FLORIN_API_URL") + "/v1/auth/login", json={"email": email, "password": password},
                         timeout=30)


def refresh(api, token):
    return requests.post(api.url + "/v1/auth/refresh", json={"refresh_token": token}, timeout=30)


def bearer(token):
    return {"Authorization": "Bearer " + token}


def test_unknown_users_and_wrong_passwords_look_the_same(api):
    def timed(email):
        began = time.monotonic()
        reply = login(email, "wrong-password-here")
        return reply, time.monotonic() - began

    known, known_time = timed(setting("FLORIN_API_USER"))
    unknown, unknown_time = timed("nobody@florin.example")
    assert known.status_code == unknown.status_code == 401
    assert known.json() | {"instance": 0} == unknown.json() | {"instance": 0}
    assert 0.2 < known_time / unknown_time < 5
    assert login(setting("FLORIN_API_USER"), setting("FLORIN_API_PASSWORD")).status_code == 200


def test_a_token_that_is_none_is_refused(api):
    token = api.tokens["access_token"]
    session, secret = token.split(".")
    swapped = secret[:-2] + ("AA" if secret[-2:] != "AA" else "BA")
    for bad in ["", "x", session, session + ".", session + "." + swapped, api.tokens["refresh_token"], token + "A"]:
        reply = requests.get(api.url + "/v1/accounts", headers=bearer(bad), timeout=10)
        assert (reply.status_code, reply.json()["code"]) == (401, "unauthenticated"), bad
    assert requests.get(api.url + "/v1/accounts", timeout=10).status_code == 401


def test_a_refresh_gives_new_tokens_and_the_old_access_token_ends(fresh):
    reply = refresh(fresh, fresh.tokens["refresh_token"])
    assert reply.status_code == 200
    new = reply.json()
    assert fresh.get("/v1/accounts").status_code == 401
    assert fresh.get("/v1/accounts", headers=bearer(new["access_token"])).status_code == 200


def test_five_tabs_that_refresh_at_once_get_one_successor(fresh):
    replies = together(5, lambda _: refresh(fresh, fresh.tokens["refresh_token"]))
    assert {reply.status_code for reply in replies} == {200}
    assert len({(reply.json()["access_token"], reply.json()["refresh_token"]) for reply in replies}) == 1


def test_an_older_refresh_token_ends_the_session(fresh, database):
    second = refresh(fresh, fresh.tokens["refresh_token"]).json()
    third = refresh(fresh, second["refresh_token"]).json()
    stolen = refresh(fresh, fresh.tokens["refresh_token"])
    assert (stolen.status_code, stolen.json()["code"]) == (401, "session_reuse_detected")
    for token in [second["refresh_token"], third["refresh_token"]]:
        assert refresh(fresh, token).json()["code"] == "session_revoked"
    ended = fresh.get("/v1/accounts", headers=bearer(third["access_token"]))
    assert (ended.status_code, ended.json()["code"]) == (401, "session_revoked")
    events = database.execute("SELECT count(*) FROM audit_events WHERE action = 'session.reuse_detected' "
                              "AND session_id = %s", [fresh.tokens["session"]["id"]]).fetchone()[0]
    assert events == 1


def test_signing_out_ends_the_session_at_once(fresh):
    ids = [session["id"] for session in fresh.get("/v1/auth/sessions").json()["data"] if session["current"]]
    assert ids == [fresh.tokens["session"]["id"]]
    assert fresh.post("/v1/auth/logout").status_code == 204
    assert fresh.get("/v1/auth/sessions").json()["code"] == "session_revoked"
    assert refresh(fresh, fresh.tokens["refresh_token"]).json()["code"] == "session_revoked"


def test_only_hashes_of_tokens_are_stored(fresh, database):
    secrets = [token.rsplit(".", 1)[1] for token in [fresh.tokens["access_token"], fresh.tokens["refresh_token"]]]
    rows = database.execute("SELECT audit_events::text FROM audit_events WHERE session_id = %s",
                            [fresh.tokens["session"]["id"]]).fetchall()
    assert rows and not any(secret in row[0] for row in rows for secret in secrets)
