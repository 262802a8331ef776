"""Personal data is sealed, opened only where it is asked for, and every look at it is recorded."""
import uuid

PERSON = {"kind": "person", "full_name": "Ada Lovelace", "email": "ada@example.org", "phone": "+44 20 1234",
          "date_of_birth": "1815-12-10", "tax_id": "AB123456C"}


def create(api, **more):
    reply = api.post("/v1/customers", PERSON | more)
    assert reply.status_code == 201, reply.text
    return reply.json()


def test_personal_data_is_shown_on_request_alone(api):
    customer = create(api)
    assert "pii" not in customer and "Ada" not in str(customer)
    plain = api.get("/v1/customers/" + customer["id"])
    assert plain.json() == customer
    opened = api.get("/v1/customers/" + customer["id"], params={"reveal": "pii"}).json()
    assert opened["pii"] == {name: PERSON[name] for name in PERSON if name != "kind"}


def test_no_byte_of_it_lies_in_the_database(api, database):
    customer = create(api)
    row = database.execute("SELECT * FROM customers JOIN data_keys ON customer_id = customers.id "
                           "WHERE customers.id = %s", [customer["id"]]).fetchone()
    stored = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    for name in PERSON:
        if name != "kind":
            assert PERSON[name].encode() not in stored
    sealed = [value for value in row if isinstance(value, bytes) and value.startswith(b"FLE1")]
    assert len(sealed) == 5


def test_each_look_is_audited(api, database):
    customer = create(api)
    reply = api.get("/v1/customers/" + customer["id"], params={"reveal": "pii"})
    events = database.execute("SELECT action, outcome FROM audit_events WHERE request_id = %s",
                              [reply.headers["X-Request-Id"]]).fetchall()
    assert events == [("pii.reveal", "success")]


def test_a_sealed_field_moved_to_another_customer_does_not_open(api, database):
    first, second = create(api), create(api, full_name="Charles Babbage")
    with database.transaction():
        database.execute("UPDATE customers SET full_name_sealed = (SELECT full_name_sealed FROM customers WHERE id = %s) "
                         "WHERE id = %s", [first["id"], second["id"]])
    reply = api.get("/v1/customers/" + second["id"], params={"reveal": "pii"})
    assert reply.status_code == 500 and "Ada" not in reply.text


def test_customers_own_accounts(api):
    customer = create(api, reference=str(uuid.uuid4()))
    account = api.account(customer=customer["id"])
    found = api.get("/v1/accounts", params={"customer": customer["id"]}).json()["data"]
    assert [a["id"] for a in found] == [account]
    nobody = api.post("/v1/accounts", {"type": "liability", "currency": "USD", "customer": "cus_0"})
    assert nobody.status_code == 404
    again = api.post("/v1/customers", PERSON | {"reference": customer["reference"]})
    assert again.json()["code"] == "duplicate_reference"


def test_bad_customers_are_refused(api):
    for change, param in [({"date_of_birth": "1815-13-01"}, "date_of_birth"), ({"email": "ada"}, "email"),
                          ({"kind": "robot"}, "kind"), ({"full_name": ""}, "full_name"), ({"ssn": "1"}, "ssn")]:
        problem = api.post("/v1/customers", PERSON | change).json()
        assert (problem["status"], problem["param"]) == (400, param)
    assert api.get("/v1/customers/cus_0").status_code == 404
