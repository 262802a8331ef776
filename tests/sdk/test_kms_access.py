"""KMS: key policies, grants and their tokens, tags, aliases that move."""
import json

import pytest

from kms import ACCOUNT, NOWHERE, alias, make, refused

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ROLE, OTHER = f"arn:aws:iam::{ACCOUNT}:role/reader", f"arn:aws:iam::{ACCOUNT}:user/team/other"


@pytest.fixture(scope="module")
def kms(client):
    return client("kms")


@pytest.fixture(scope="module")
def key(kms):
    return make(kms)


# --- policies --------------------------------------------------------------------------------------

def statement(**changes):
    made = {"Sid": "s", "Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}
    made.update(changes)
    return {name: value for name, value in made.items() if value is not None}


def policy(*statements, **top):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements) or [statement()], **top})


def test_a_key_has_the_default_policy_until_it_is_given_another(kms, key):
    answer = kms.get_key_policy(KeyId=key["KeyId"])
    assert answer["PolicyName"] == "default"
    document = json.loads(answer["Policy"])
    assert document["Id"] == "key-default-1"
    assert document["Statement"] == [statement(Sid="Enable IAM User Permissions")]
    assert kms.list_key_policies(KeyId=key["Arn"])["PolicyNames"] == ["default"]
    given = policy(Id="mine")
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=given)
    assert kms.get_key_policy(KeyId=key["Arn"], PolicyName="default")["Policy"] == given
    assert kms.get_key_policy(KeyId=make(kms, Policy=given)["KeyId"])["Policy"] == given


@pytest.mark.parametrize("good", [
    statement(Principal="*"), statement(Principal={"AWS": "*"}), statement(Principal={"AWS": ACCOUNT}),
    statement(Principal={"AWS": [ROOT, ROLE], "Service": "logs.us-east-1.amazonaws.com"}),
    statement(Action=["kms:Put*", "kms:Get?ey*"]), statement(NotAction="kms:Decrypt", Action=None),
    statement(Condition={"StringEquals": {"kms:ViaService": ["a", "b"]}, "Bool": {"aws:SecureTransport": True}}),
    statement(Sid=None)], ids=range(8))
def test_policies_of_every_form_are_kept(kms, key, good):
    for text in (policy(good), json.dumps({"Statement": good}), json.dumps({"Statement": good}, indent=4)):
        kms.put_key_policy(KeyId=key["KeyId"], Policy=text)
        assert kms.get_key_policy(KeyId=key["KeyId"])["Policy"] == text


SYNTAX = "Syntax errors in policy."
LOCKOUT = "The new key policy will not allow you to update the key policy in the future."


@pytest.mark.parametrize("text, words", [
    ("{", "This policy contains invalid Json"), ('{"Statement":[],}', "This policy contains invalid Json"),
    (policy() + "x", "This policy contains invalid Json"),
    ("[]", SYNTAX), ('"text"', SYNTAX), ("{}", SYNTAX), (json.dumps({"Statement": []}), SYNTAX),
    (policy(Version="2020-01-01"), SYNTAX), (policy(Id=1), SYNTAX), (policy(More=1), SYNTAX),
    (policy(statement(Effect="Perhaps")), SYNTAX), (policy(statement(Effect=None)), SYNTAX),
    (policy(statement(Action=None)), SYNTAX), (policy(statement(Action=[])), SYNTAX),
    (policy(statement(Action=1)), SYNTAX), (policy(statement(Resource=None)), SYNTAX),
    (policy(statement(NotAction="kms:*")), SYNTAX), (policy(statement(Extra="x")), SYNTAX),
    (policy(statement(Condition="x")), SYNTAX), (policy(statement(Condition={"Bool": "x"})), SYNTAX),
    (policy(statement(Principal={"Robot": "x"})), SYNTAX), (policy("text"), SYNTAX),
    (policy(statement(Principal=None)), "no principal"), (policy(statement(Principal={})), "no principal"),
    (policy(statement(Principal="me")), "invalid principals"),
    (policy(statement(Principal={"AWS": "123"})), "invalid principals"),
    (policy(statement(Principal={"AWS": "arn:aws:iam::1:root"})), "invalid principals"),
    (policy(statement(Principal={"AWS": [ROOT, f"arn:aws:iam::{ACCOUNT}:group/g"]})), "invalid principals"),
    (policy(statement(Principal={"Service": "*"})), "invalid principals"),
    (policy(statement(Effect="Deny")), LOCKOUT), (policy(statement(Action="kms:Decrypt")), LOCKOUT),
    (policy(statement(Principal={"AWS": "111122223333"})), LOCKOUT),
    (policy(statement(Principal={"AWS": ROLE})), LOCKOUT),
    (policy(statement(Resource="arn:aws:s3:::bucket")), LOCKOUT),
    (policy(statement(), statement(Effect="Deny", Action="kms:PutKeyPolicy")), LOCKOUT),
    (policy(statement(), statement(Effect="Deny", Principal=None, NotPrincipal={"AWS": ROLE})), LOCKOUT),
])
def test_a_policy_that_aws_refuses_is_refused(kms, key, text, words):
    before = kms.get_key_policy(KeyId=key["KeyId"])["Policy"]
    refused("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key["KeyId"], Policy=text, words=words)
    refused("MalformedPolicyDocumentException", kms.create_key, Policy=text, words=words)
    assert kms.get_key_policy(KeyId=key["KeyId"])["Policy"] == before


def test_the_lockout_check_can_be_bypassed_and_nothing_else(kms):
    key_id, locked = make(kms)["KeyId"], policy(statement(Effect="Deny"))
    kms.put_key_policy(KeyId=key_id, Policy=locked, BypassPolicyLockoutSafetyCheck=True)
    assert kms.get_key_policy(KeyId=key_id)["Policy"] == locked
    make(kms, Policy=locked, BypassPolicyLockoutSafetyCheck=True)
    refused("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key_id, Policy="{",
            BypassPolicyLockoutSafetyCheck=True)


def test_a_policy_has_up_to_32_kilobytes(kms, key):
    for size, fits in ((32768, True), (32769, False)):
        text = policy().ljust(size)
        if fits:
            kms.put_key_policy(KeyId=key["KeyId"], Policy=text)
        else:
            refused("LimitExceededException", kms.put_key_policy, KeyId=key["KeyId"], Policy=text, words="32768")


def test_policies_of_other_names_and_keys_are_not_there(kms, key):
    refused("NotFoundException", kms.get_key_policy, KeyId=key["KeyId"], PolicyName="other", words="No such policy")
    refused("NotFoundException", kms.put_key_policy, KeyId=key["KeyId"], PolicyName="other", Policy=policy())
    for call, more in ((kms.get_key_policy, {}), (kms.list_key_policies, {}), (kms.put_key_policy, {"Policy": policy()})):
        refused("NotFoundException", call, KeyId=NOWHERE, **more)
        refused("InvalidArnException", call, KeyId="alias/some", **more)
    managed = kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["KeyId"]
    assert "kms:*" in kms.get_key_policy(KeyId=managed)["Policy"]
    refused("AccessDeniedException", kms.put_key_policy, KeyId=managed, Policy=policy())


# --- grants ----------------------------------------------------------------------------------------

GRANT = {"GranteePrincipal": ROLE, "Operations": ["Decrypt", "GenerateDataKey"]}


def grants(kms, key, **filters):
    pages = kms.get_paginator("list_grants").paginate(KeyId=key["KeyId"], PaginationConfig={"PageSize": 2}, **filters)
    return [g for page in pages for g in page["Grants"]]


def test_a_grant_is_listed_as_it_was_made(kms):
    key = make(kms)
    constraints = {"EncryptionContextSubset": {"tenant": "t1", "quoted": 'a"b'}, "EncryptionContextEquals": {"a": "b"},
                   "SourceArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"}
    made = kms.create_grant(KeyId=key["Arn"], RetiringPrincipal=OTHER, Name="reader", Constraints=constraints, **GRANT)
    assert len(made["GrantId"]) == 64 and made["GrantToken"]
    listed = grants(kms, key)
    assert len(listed) == 1
    assert {name: listed[0][name] for name in listed[0] if name != "CreationDate"} == {
        "KeyId": key["Arn"], "GrantId": made["GrantId"], "Name": "reader", "GranteePrincipal": ROLE,
        "RetiringPrincipal": OTHER, "IssuingAccount": ROOT, "Operations": GRANT["Operations"],
        "Constraints": constraints}


def test_a_named_grant_asked_for_again_is_the_same_with_a_new_token(kms):
    key = make(kms)
    about = {"KeyId": key["KeyId"], "Name": "again", **GRANT}
    first, second = kms.create_grant(**about), kms.create_grant(**about)
    assert first["GrantId"] == second["GrantId"] and first["GrantToken"] != second["GrantToken"]
    different = kms.create_grant(**{**about, "Operations": ["Decrypt"]})
    unnamed = [kms.create_grant(KeyId=key["KeyId"], **GRANT)["GrantId"] for _ in range(2)]
    assert len({first["GrantId"], different["GrantId"], *unnamed}) == 4 == len(grants(kms, key))


def test_grants_are_listed_by_page_id_and_grantee(kms):
    key = make(kms)
    made = {kms.create_grant(KeyId=key["KeyId"], **GRANT)["GrantId"] for _ in range(5)}
    service = kms.create_grant(KeyId=key["KeyId"], GranteeServicePrincipal="logs.amazonaws.com",
                               RetiringServicePrincipal="logs.amazonaws.com", Operations=["Decrypt"])["GrantId"]
    assert {g["GrantId"] for g in grants(kms, key)} == made | {service}
    one = next(iter(made))
    assert [g["GrantId"] for g in grants(kms, key, GrantId=one)] == [one]
    assert {g["GrantId"] for g in grants(kms, key, GranteePrincipal=ROLE)} == made
    assert grants(kms, key, GranteePrincipal=OTHER) == []
    listed = grants(kms, key, GranteeServicePrincipal="logs.amazonaws.com")
    assert [g["GranteeServicePrincipal"] for g in listed] == ["logs.amazonaws.com"] and "GranteePrincipal" not in listed[0]
    retirable = kms.list_retirable_grants(RetiringServicePrincipal="logs.amazonaws.com")["Grants"]
    assert service in [g["GrantId"] for g in retirable]
    refused("InvalidMarkerException", kms.list_grants, KeyId=key["KeyId"], Marker="none")
    refused("NotFoundException", kms.list_grants, KeyId=NOWHERE)


def test_retirable_grants_are_those_of_all_keys(kms):
    mine = f"arn:aws:iam::{ACCOUNT}:role/retires-{NOWHERE[:8]}"
    made = {kms.create_grant(KeyId=make(kms)["KeyId"], RetiringPrincipal=mine, **GRANT)["GrantId"] for _ in range(5)}
    listed, marker = [], {}
    while True:
        page = kms.list_retirable_grants(RetiringPrincipal=mine, Limit=2, **marker)
        assert len(page["Grants"]) <= 2
        listed += [g["GrantId"] for g in page["Grants"]]
        if not page["Truncated"]:
            break
        marker = {"Marker": page["NextMarker"]}
    assert len(listed) == 5 and set(listed) == made
    refused("ValidationException", kms.list_retirable_grants)
    refused("InvalidMarkerException", kms.list_retirable_grants, RetiringPrincipal=mine, Marker="none")


def test_grants_end_by_token_by_id_and_by_revocation(kms):
    key = make(kms)
    made = [kms.create_grant(KeyId=key["KeyId"], **GRANT) for _ in range(3)]
    for call in (kms.retire_grant, kms.revoke_grant):
        refused("DryRunOperationException", call, KeyId=key["Arn"], GrantId=made[0]["GrantId"], DryRun=True)
    kms.retire_grant(GrantToken=made[0]["GrantToken"])
    kms.retire_grant(KeyId=key["Arn"], GrantId=made[1]["GrantId"])
    kms.revoke_grant(KeyId=key["KeyId"], GrantId=made[2]["GrantId"])
    assert grants(kms, key) == []
    refused("InvalidGrantTokenException", kms.retire_grant, GrantToken=made[0]["GrantToken"])
    for call in (kms.retire_grant, kms.revoke_grant):
        refused("NotFoundException", call, KeyId=key["Arn"], GrantId=made[0]["GrantId"])
        refused("InvalidGrantIdException", call, KeyId=key["Arn"], GrantId="short")
        refused("NotFoundException", call, KeyId=NOWHERE, GrantId=made[0]["GrantId"])
    for wrong in ({}, {"KeyId": key["Arn"]}, {"GrantId": "0" * 64},
                  {"KeyId": key["Arn"], "GrantId": "0" * 64, "GrantToken": "t"}):
        refused("ValidationException", kms.retire_grant, **wrong)


def test_grant_tokens_go_with_requests_and_false_ones_are_refused(kms, key):
    token = kms.create_grant(KeyId=key["KeyId"], **GRANT)["GrantToken"]
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", GrantTokens=[token])["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, GrantTokens=[token, token])["Plaintext"] == b"x"
    for false in ("none", token[:-4], token[:20] + ("A" if token[20] != "A" else "B") + token[21:]):
        refused("InvalidGrantTokenException", kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x", GrantTokens=[false])
        refused("InvalidGrantTokenException", kms.create_grant, KeyId=key["KeyId"], GrantTokens=[false], **GRANT)


@pytest.mark.parametrize("changes, code, words", [
    ({"GranteePrincipal": "someone"}, "InvalidArnException", "ARN does not refer to a valid principal"),
    ({"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:group/g"}, "InvalidArnException", "valid principal"),
    ({"RetiringPrincipal": "someone"}, "InvalidArnException", "valid principal"),
    ({"GranteePrincipal": None}, "ValidationException", "Exactly one"),
    ({"GranteeServicePrincipal": "logs.amazonaws.com"}, "ValidationException", "Exactly one"),
    ({"Operations": []}, "ValidationException", "At least one operation"),
    ({"Operations": ["Sign"]}, "ValidationException", "Sign is not valid"),
    ({"Operations": ["GetPublicKey"]}, "ValidationException", "GetPublicKey is not valid"),
    ({"DryRun": True}, "DryRunOperationException", ""), ({"KeyId": NOWHERE}, "NotFoundException", "")])
def test_create_grant_refuses(kms, key, changes, code, words):
    request = {"KeyId": key["KeyId"], **GRANT, **changes}
    refused(code, kms.create_grant, words=words, **{n: v for n, v in request.items() if v is not None})


def test_a_context_cannot_be_demanded_of_a_pair(kms):
    pair = make(kms, "RSA_2048")["KeyId"]
    about = {"KeyId": pair, "GranteePrincipal": ROLE}
    kms.create_grant(Operations=["Decrypt", "GetPublicKey"], **about)
    refused("ValidationException", kms.create_grant, Operations=["GenerateDataKey"], **about)
    refused("ValidationException", kms.create_grant, Operations=["Decrypt"],
            Constraints={"EncryptionContextEquals": {"a": "b"}}, **about)


# --- tags ------------------------------------------------------------------------------------------

def tags(kms, key_id):
    pages = kms.get_paginator("list_resource_tags").paginate(KeyId=key_id, PaginationConfig={"PageSize": 7})
    return {t["TagKey"]: t["TagValue"] for page in pages for t in page["Tags"]}


def test_tags_are_set_overwritten_and_taken_away(kms):
    key_id = make(kms, Tags=[{"TagKey": "a", "TagValue": "1"}])["KeyId"]
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": "a", "TagValue": "2"}, {"TagKey": "b", "TagValue": ""}])
    assert tags(kms, key_id) == {"a": "2", "b": ""}
    kms.untag_resource(KeyId=key_id, TagKeys=["a", "never"])
    assert tags(kms, key_id) == {"b": ""}


def test_a_key_has_up_to_50_tags(kms):
    key_id = make(kms)["KeyId"]
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": f"{n:02}", "TagValue": str(n)} for n in range(50)])
    assert tags(kms, key_id) == {f"{n:02}": str(n) for n in range(50)}
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": "00", "TagValue": "again"}])
    refused("TagException", kms.tag_resource, KeyId=key_id, Tags=[{"TagKey": "more", "TagValue": ""}])
    assert len(tags(kms, key_id)) == 50 and tags(kms, key_id)["00"] == "again"


def test_tags_are_refused(kms, key):
    for wrong in ([("aws:a", "1")], [("a", "1"), ("a", "2")]):
        refused("TagException", kms.tag_resource, KeyId=key["KeyId"],
                Tags=[{"TagKey": k, "TagValue": v} for k, v in wrong])
    refused("TagException", kms.untag_resource, KeyId=key["KeyId"], TagKeys=["aws:a"])
    refused("InvalidMarkerException", kms.list_resource_tags, KeyId=key["KeyId"], Marker="none")
    managed = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["KeyId"]
    refused("AccessDeniedException", kms.tag_resource, KeyId=managed, Tags=[{"TagKey": "a", "TagValue": "1"}])
    for call, more in ((kms.tag_resource, {"Tags": []}), (kms.untag_resource, {"TagKeys": []}), (kms.list_resource_tags, {})):
        refused("NotFoundException", call, KeyId=NOWHERE, **more)
        refused("InvalidArnException", call, KeyId="alias/some", **more)


# --- aliases and descriptions ----------------------------------------------------------------------

def test_an_alias_moves_and_ends(kms):
    first, second, name = make(kms), make(kms), alias()
    kms.create_alias(AliasName=name, TargetKeyId=first["KeyId"])
    blob = kms.encrypt(KeyId=name, Plaintext=b"x")["CiphertextBlob"]
    kms.update_alias(AliasName=name, TargetKeyId=second["Arn"])
    assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == second["KeyId"]
    entry = kms.list_aliases(KeyId=second["KeyId"])["Aliases"][0]
    assert entry["LastUpdatedDate"] > entry["CreationDate"]
    assert kms.decrypt(CiphertextBlob=blob)["KeyId"] == first["Arn"]
    kms.delete_alias(AliasName=name)
    refused("NotFoundException", kms.describe_key, KeyId=name)
    for call, more in ((kms.delete_alias, {}), (kms.update_alias, {"TargetKeyId": first["KeyId"]})):
        refused("NotFoundException", call, AliasName=name, words=f"{name} is not found", **more)
        refused("NotAuthorizedException", call, AliasName="alias/aws/ebs", **more)
        refused("ValidationException", call, AliasName="none", **more)


def test_an_alias_moves_between_keys_of_one_kind_alone(kms):
    name = alias()
    kms.create_alias(AliasName=name, TargetKeyId=make(kms)["KeyId"])
    for other in (make(kms, "RSA_2048"), make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")):
        refused("ValidationException", kms.update_alias, AliasName=name, TargetKeyId=other["KeyId"],
                words="same type and usage")
    refused("NotFoundException", kms.update_alias, AliasName=name, TargetKeyId=NOWHERE)
    refused("ValidationException", kms.update_alias, AliasName=name, TargetKeyId="alias/other")


def test_a_key_has_up_to_50_aliases(kms):
    key_id = make(kms)["KeyId"]
    names = [alias() for _ in range(51)]
    for name in names[:50]:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    refused("LimitExceededException", kms.create_alias, AliasName=names[50], TargetKeyId=key_id, words="quota of 50")


def test_a_description_is_changed(kms, client):
    key_id = make(kms, Description="old")["KeyId"]
    for text in ("new", "", "d" * 8192):
        kms.update_key_description(KeyId=key_id, Description=text)
        assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"] == text
    refused("ValidationException", client("kms", check=False).update_key_description, KeyId=key_id,
            Description="d" * 8193)
    refused("NotFoundException", kms.update_key_description, KeyId=NOWHERE, Description="")
    managed = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["KeyId"]
    refused("AccessDeniedException", kms.update_key_description, KeyId=managed, Description="")
