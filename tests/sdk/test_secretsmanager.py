"""Secrets Manager through boto3: every operation, its errors, limits and pages."""
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError


@pytest.fixture(scope="module")
def secrets():
    return boto3.client("secretsmanager")


@pytest.fixture(scope="module")
def kms():
    return boto3.client("kms")


@pytest.fixture
def name():
    return f"test/{uuid.uuid4()}"


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def token():
    return str(uuid.uuid4())


def test_create_and_read_a_string_and_a_binary(secrets, name):
    created = secrets.create_secret(Name=name, SecretString="s3cret", Description="for a test")
    assert created["Name"] == name
    assert created["ARN"].startswith(f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-")
    assert len(created["ARN"].rsplit("-", 1)[1]) == 6
    value = secrets.get_secret_value(SecretId=name)
    assert value["SecretString"] == "s3cret" and "SecretBinary" not in value
    assert value["VersionId"] == created["VersionId"] and value["VersionStages"] == ["AWSCURRENT"]
    binary = secrets.create_secret(Name=name + "/b", SecretBinary=b"\x00\xff")
    assert secrets.get_secret_value(SecretId=binary["ARN"])["SecretBinary"] == b"\x00\xff"


def test_a_secret_is_found_by_name_arn_and_partial_arn(secrets, name):
    arn = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    for secret_id in (name, arn, arn.rsplit("-", 1)[0]):
        assert secrets.describe_secret(SecretId=secret_id)["ARN"] == arn
    message = refused("ResourceNotFoundException", secrets.get_secret_value, SecretId=name + "x")
    assert message == "Secrets Manager can't find the specified secret."


def test_create_refuses_bad_names_both_values_and_duplicates(secrets, name):
    refused("ValidationException", secrets.create_secret, Name="with space", SecretString="x")
    refused("InvalidParameterException", secrets.create_secret, Name=name, SecretString="x",
            SecretBinary=b"x")
    secrets.create_secret(Name=name, SecretString="x")
    message = refused("ResourceExistsException", secrets.create_secret, Name=name, SecretString="x")
    assert message == f"The operation failed because the secret {name} already exists."


def test_model_limits_are_checked_at_their_edges(secrets, name):
    secrets.create_secret(Name=name, SecretString="x" * 65536)
    message = refused("ValidationException", secrets.put_secret_value, SecretId=name,
                      SecretString="x" * 65537)
    assert "secretString" in message and "less than or equal to 65536" in message
    assert "xxxx" not in message
    refused("ValidationException", secrets.put_secret_value, SecretId=name, SecretString="x",
            ClientRequestToken="t" * 65)
    with pytest.raises(ParamValidationError):
        secrets.get_secret_value()


def test_a_secret_without_value_has_no_version(secrets, name):
    assert "VersionId" not in secrets.create_secret(Name=name)
    message = refused("ResourceNotFoundException", secrets.get_secret_value, SecretId=name)
    assert message.endswith("for staging label: AWSCURRENT")
    secrets.put_secret_value(SecretId=name, SecretString="x", VersionStages=["mine"])
    assert secrets.get_secret_value(SecretId=name)["VersionStages"] == ["AWSCURRENT", "mine"]


def test_put_moves_current_and_previous(secrets, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    second = secrets.put_secret_value(SecretId=name, SecretString="2")["VersionId"]
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "2"
    previous = secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    assert (previous["VersionId"], previous["SecretString"]) == (first, "1")
    third = secrets.put_secret_value(SecretId=name, SecretString="3")["VersionId"]
    stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
    assert stages == {third: ["AWSCURRENT"], second: ["AWSPREVIOUS"]}
    assert secrets.get_secret_value(SecretId=name, VersionId=first)["SecretString"] == "1"


def test_put_with_stages_leaves_current_alone(secrets, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    pending = secrets.put_secret_value(SecretId=name, SecretString="2",
                                       VersionStages=["AWSPENDING"])
    assert pending["VersionStages"] == ["AWSPENDING"]
    assert secrets.get_secret_value(SecretId=name)["VersionId"] == first
    refused("InvalidRequestException", secrets.get_secret_value, SecretId=name,
            VersionId=first, VersionStage="AWSPENDING")


def test_a_token_makes_calls_idempotent(secrets, name):
    one = token()
    created = secrets.create_secret(Name=name, SecretString="1", ClientRequestToken=one)
    again = secrets.create_secret(Name=name, SecretString="1", ClientRequestToken=one)
    assert created["ARN"] == again["ARN"] and again["VersionId"] == one
    refused("ResourceExistsException", secrets.create_secret, Name=name, SecretString="2",
            ClientRequestToken=one)
    two = token()
    secrets.put_secret_value(SecretId=name, SecretString="2", ClientRequestToken=two)
    secrets.put_secret_value(SecretId=name, SecretString="3")
    secrets.put_secret_value(SecretId=name, SecretString="2", ClientRequestToken=two)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "3"
    message = refused("ResourceExistsException", secrets.put_secret_value, SecretId=name,
                      SecretString="other", ClientRequestToken=two)
    assert two in message
    refused("InvalidRequestException", secrets.put_secret_value, SecretId=name)


def test_stages_move_only_from_the_version_that_has_them(secrets, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    second = secrets.put_secret_value(SecretId=name, SecretString="2")["VersionId"]
    move = secrets.update_secret_version_stage
    message = refused("InvalidParameterException", move, SecretId=name,
                      VersionStage="AWSCURRENT", MoveToVersionId=first)
    assert second in message
    refused("InvalidParameterException", move, SecretId=name, VersionStage="AWSCURRENT",
            MoveToVersionId=first, RemoveFromVersionId=first)
    move(SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=first,
         RemoveFromVersionId=second)
    assert secrets.describe_secret(SecretId=name)["VersionIdsToStages"] == {
        first: ["AWSCURRENT"], second: ["AWSPREVIOUS"]}
    refused("InvalidParameterException", move, SecretId=name, VersionStage="AWSCURRENT",
            RemoveFromVersionId=first)
    refused("InvalidParameterException", move, SecretId=name, VersionStage="AWSCURRENT")
    refused("ResourceNotFoundException", move, SecretId=name, VersionStage="x",
            MoveToVersionId=token())
    move(SecretId=name, VersionStage="mine", MoveToVersionId=second)
    move(SecretId=name, VersionStage="mine", RemoveFromVersionId=second)
    assert secrets.get_secret_value(SecretId=name, VersionId=second)["VersionStages"] == [
        "AWSPREVIOUS"]


def test_a_version_has_at_most_twenty_stages(secrets, name):
    stages = [f"stage-{i}" for i in range(19)]
    secrets.create_secret(Name=name)
    version = secrets.put_secret_value(SecretId=name, SecretString="x",
                                       VersionStages=stages)["VersionId"]
    refused("LimitExceededException", secrets.update_secret_version_stage, SecretId=name,
            VersionStage="one-more", MoveToVersionId=version)


def test_deletion_waits_for_its_window(secrets, name):
    secrets.create_secret(Name=name, SecretString="x")
    for window in (6, 31):
        refused("InvalidParameterException", secrets.delete_secret, SecretId=name,
                RecoveryWindowInDays=window)
    refused("InvalidParameterException", secrets.delete_secret, SecretId=name,
            RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)
    deleted = secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    assert secrets.describe_secret(SecretId=name)["DeletedDate"] == deleted["DeletionDate"]
    message = refused("InvalidRequestException", secrets.get_secret_value, SecretId=name)
    assert "marked for deletion" in message
    refused("InvalidRequestException", secrets.put_secret_value, SecretId=name, SecretString="y")
    refused("InvalidRequestException", secrets.delete_secret, SecretId=name)
    refused("InvalidRequestException", secrets.create_secret, Name=name, SecretString="x")


def test_forced_deletion_frees_the_name_and_can_be_repeated(secrets, name):
    arn = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    refused("ResourceNotFoundException", secrets.describe_secret, SecretId=name)
    refused("ResourceNotFoundException", secrets.delete_secret, SecretId=name)
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    assert secrets.create_secret(Name=name, SecretString="x")["ARN"] != arn


def test_list_pages_filters_and_hides_deleted(secrets):
    group = uuid.uuid4().hex
    names = [f"list/{group}/{i}" for i in range(7)]
    for i, one in enumerate(names):
        secrets.create_secret(Name=one, SecretString="x", Description=f"Number {i} of {group}",
                              Tags=[{"Key": "group", "Value": group}, {"Key": f"k{i}", "Value": ""}])
    by_name = [{"Key": "name", "Values": [f"list/{group}"]}]
    pages = list(secrets.get_paginator("list_secrets").paginate(
        Filters=by_name, SortOrder="asc", PaginationConfig={"PageSize": 3}))
    assert [len(p["SecretList"]) for p in pages] == [3, 3, 1]
    assert [s["Name"] for p in pages for s in p["SecretList"]] == names

    def found(key, *values):
        answer = secrets.list_secrets(Filters=by_name + [{"Key": key, "Values": list(values)}],
                                      SortOrder="asc")
        return [s["Name"][-1] for s in answer["SecretList"]]
    assert found("tag-key", "k3", "k5") == ["3", "5"]
    assert found("tag-value", group) == list("0123456")
    assert found("description", "number 2") == ["2"]
    assert found("name", f"!list/{group}/1") == list("023456")
    secrets.delete_secret(SecretId=names[0])
    assert found("all", group) == list("123456")
    shown = secrets.list_secrets(Filters=by_name, IncludePlannedDeletion=True)["SecretList"]
    assert len(shown) == 7
    entry = secrets.list_secrets(Filters=by_name, SortOrder="asc")["SecretList"][0]
    assert entry["Tags"] == [{"Key": "group", "Value": group}, {"Key": "k1", "Value": ""}]
    assert list(entry["SecretVersionsToStages"].values()) == [["AWSCURRENT"]]
    refused("InvalidNextTokenException", secrets.list_secrets, NextToken="nonsense")
    refused("ValidationException", secrets.list_secrets, MaxResults=101)


def test_tags_are_limited_and_checked(secrets, name):
    for tags in ([{"Key": "a", "Value": "1"}] * 2, [{"Key": "aws:x", "Value": "1"}]):
        refused("InvalidParameterException", secrets.create_secret, Name=name, Tags=tags)
    refused("LimitExceededException", secrets.create_secret, Name=name,
            Tags=[{"Key": str(i), "Value": ""} for i in range(51)])
    refused("ResourceNotFoundException", secrets.describe_secret, SecretId=name)


def test_a_customer_key_is_used_and_a_bad_one_refused(secrets, kms, name):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name=name, SecretString="x", KmsKeyId=key)
    assert secrets.describe_secret(SecretId=name)["KmsKeyId"] == key
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "x"
    refused("EncryptionFailure", secrets.create_secret, Name=name + "2", SecretString="x",
            KmsKeyId="alias/not-there")
    refused("ResourceNotFoundException", secrets.describe_secret, SecretId=name + "2")


def test_what_is_not_implemented_says_so(secrets, name):
    secrets.create_secret(Name=name, SecretString="x", Type="SomePartner")
    assert secrets.describe_secret(SecretId=name)["Type"] == "SomePartner"
    message = refused("NotImplementedException", secrets.rotate_secret, SecretId=name,
                      ExternalSecretRotationRoleArn="arn:aws:iam::000000000000:role/partner")
    assert "managed external secrets" in message


def test_regions_and_json_values_are_kept_apart(secrets, name):
    document = json.dumps({"username": "florin", "password": "p\u00e4ss\n"})
    secrets.create_secret(Name=name, SecretString=document)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == document
    elsewhere = boto3.client("secretsmanager", region_name="eu-west-1")
    refused("ResourceNotFoundException", elsewhere.get_secret_value, SecretId=name)


def test_update_changes_description_value_and_key(secrets, kms, name):
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    assert "VersionId" not in secrets.update_secret(SecretId=name, Description="new words")
    one = token()
    changed = secrets.update_secret(SecretId=name, SecretString="2", ClientRequestToken=one)
    assert changed["VersionId"] == one
    assert secrets.describe_secret(SecretId=name)["VersionIdsToStages"] == {one: ["AWSCURRENT"], first: ["AWSPREVIOUS"]}
    before = secrets.describe_secret(SecretId=name)
    assert before["Description"] == "new words"
    secrets.update_secret(SecretId=name, SecretString="2", ClientRequestToken=one)
    assert secrets.describe_secret(SecretId=name)["LastChangedDate"] == before["LastChangedDate"], "a retry changes nothing"
    refused("ResourceExistsException", secrets.update_secret, SecretId=name, SecretString="3", ClientRequestToken=one)
    refused("InvalidParameterException", secrets.update_secret, SecretId=name, SecretString="3", SecretBinary=b"3")
    refused("ResourceNotFoundException", secrets.update_secret, SecretId=name + "x", Description="d")


def test_a_new_key_seals_the_labelled_versions_again(secrets, kms, name):
    old, new = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    first = secrets.create_secret(Name=name, SecretString="1", KmsKeyId=old)["VersionId"]
    secrets.put_secret_value(SecretId=name, SecretString="2")
    secrets.put_secret_value(SecretId=name, SecretString="3")
    secrets.update_secret(SecretId=name, KmsKeyId=new)
    kms.disable_key(KeyId=old)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "3"
    assert secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "2"
    message = refused("DecryptionFailure", secrets.get_secret_value, SecretId=name, VersionId=first)
    assert old in message
    keys = {v["VersionId"]: v["KmsKeyIds"] for v in secrets.list_secret_version_ids(
        SecretId=name, IncludeDeprecated=True)["Versions"]}
    assert keys[first][0].endswith(old) and [k for k in keys.values() if k[0].endswith(new)]
    secrets.update_secret(SecretId=name, KmsKeyId="")
    assert "KmsKeyId" not in secrets.describe_secret(SecretId=name)
    kms.disable_key(KeyId=new)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "3"
    refused("EncryptionFailure", secrets.update_secret, SecretId=name, KmsKeyId=old)


def test_versions_are_listed_in_pages_and_deprecated_ones_on_request(secrets, name):
    made = [secrets.create_secret(Name=name, SecretString="0")["VersionId"]]
    made += [secrets.put_secret_value(SecretId=name, SecretString=str(i))["VersionId"] for i in range(1, 6)]
    listed = secrets.list_secret_version_ids(SecretId=name)
    assert [(v["VersionId"], v["VersionStages"]) for v in listed["Versions"]] == [
        (made[5], ["AWSCURRENT"]), (made[4], ["AWSPREVIOUS"])]
    assert listed["Name"] == name and listed["Versions"][0]["KmsKeyIds"] == ["DefaultEncryptionKey"]
    first = secrets.list_secret_version_ids(SecretId=name, IncludeDeprecated=True, MaxResults=4)
    rest = secrets.list_secret_version_ids(SecretId=name, IncludeDeprecated=True, MaxResults=4, NextToken=first["NextToken"])
    assert [v["VersionId"] for v in first["Versions"] + rest["Versions"]] == made[::-1] and "NextToken" not in rest
    one = secrets.list_secret_version_ids(SecretId=name, MaxResults=1)
    two = secrets.list_secret_version_ids(SecretId=name, MaxResults=1, NextToken=one["NextToken"])
    assert [v["VersionId"] for v in one["Versions"] + two["Versions"]] == [made[5], made[4]] and "NextToken" not in two
    secrets.get_secret_value(SecretId=name)
    assert secrets.list_secret_version_ids(SecretId=name)["Versions"][0]["LastAccessedDate"].hour == 0
    refused("InvalidNextTokenException", secrets.list_secret_version_ids, SecretId=name, NextToken="nonsense")
    refused("ResourceNotFoundException", secrets.list_secret_version_ids, SecretId=name + "x")


def test_a_batch_gives_values_and_tells_what_failed(secrets, kms):
    group = uuid.uuid4().hex
    names = [f"batch/{group}/{i}" for i in range(4)]
    for i, one in enumerate(names):
        secrets.create_secret(Name=one, SecretString=f"value {i}", Tags=[{"Key": "group", "Value": group}])
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name=f"batch/{group}/locked", SecretString="x", KmsKeyId=key)
    kms.disable_key(KeyId=key)
    secrets.delete_secret(SecretId=names[3])
    answer = secrets.batch_get_secret_value(SecretIdList=names + [f"batch/{group}/locked", f"batch/{group}/none"])
    assert [v["SecretString"] for v in answer["SecretValues"]] == ["value 0", "value 1", "value 2"]
    assert answer["SecretValues"][0]["VersionStages"] == ["AWSCURRENT"]
    assert [(e["SecretId"].rsplit("/", 1)[1], e["ErrorCode"]) for e in answer["Errors"]] == [
        ("3", "InvalidRequestException"), ("locked", "DecryptionFailure"), ("none", "ResourceNotFoundException")]
    assert all(e["Message"] for e in answer["Errors"])
    filters = [{"Key": "tag-value", "Values": [group]}]
    first = secrets.batch_get_secret_value(Filters=filters, MaxResults=2)
    second = secrets.batch_get_secret_value(Filters=filters, MaxResults=2, NextToken=first["NextToken"])
    assert sorted(v["Name"] for v in first["SecretValues"] + second["SecretValues"]) == names[:3]
    assert "NextToken" not in second and first["Errors"] == []
    refused("InvalidParameterException", secrets.batch_get_secret_value)
    refused("InvalidParameterException", secrets.batch_get_secret_value, SecretIdList=names, Filters=filters)
    refused("InvalidParameterException", secrets.batch_get_secret_value, SecretIdList=names, MaxResults=2)
    refused("ValidationException", secrets.batch_get_secret_value, SecretIdList=[str(i) for i in range(21)])


def test_a_deleted_secret_comes_back(secrets, name):
    secrets.create_secret(Name=name, SecretString="x")
    secrets.delete_secret(SecretId=name)
    assert secrets.restore_secret(SecretId=name)["Name"] == name
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "x"
    assert "DeletedDate" not in secrets.describe_secret(SecretId=name)
    secrets.restore_secret(SecretId=name)
    refused("ResourceNotFoundException", secrets.restore_secret, SecretId=name + "x")


def test_tags_are_added_replaced_and_removed(secrets, name):
    secrets.create_secret(Name=name, SecretString="x", Tags=[{"Key": "a", "Value": "1"}])
    secrets.tag_resource(SecretId=name, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}])
    assert secrets.describe_secret(SecretId=name)["Tags"] == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}]
    secrets.untag_resource(SecretId=name, TagKeys=["a", "never-there"])
    assert secrets.describe_secret(SecretId=name)["Tags"] == [{"Key": "b", "Value": ""}]
    refused("LimitExceededException", secrets.tag_resource, SecretId=name,
            Tags=[{"Key": str(i), "Value": ""} for i in range(50)])
    refused("InvalidParameterException", secrets.tag_resource, SecretId=name, Tags=[{"Key": "aws:x", "Value": ""}])
    assert len(secrets.describe_secret(SecretId=name)["Tags"]) == 1


def test_random_passwords_follow_every_option(secrets):
    def password(**options):
        return secrets.get_random_password(**options)["RandomPassword"]
    punctuation = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    kinds = [set("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), set("abcdefghijklmnopqrstuvwxyz"), set("0123456789"), punctuation]
    assert len(password()) == 32 and password() != password()
    for _ in range(20):
        assert all(set(password(PasswordLength=4)) & kind for kind in kinds)
    for i, option in enumerate(("ExcludeUppercase", "ExcludeLowercase", "ExcludeNumbers", "ExcludePunctuation")):
        assert not set(password(PasswordLength=400, **{option: True})) & kinds[i]
    assert " " in password(PasswordLength=4096, IncludeSpace=True) and " " not in password(PasswordLength=4096)
    assert not set(password(PasswordLength=400, ExcludeCharacters="abc/@\"' ")) & set("abc/@\"' ")
    assert set(password(PasswordLength=300, ExcludeCharacters="".join(map("".join, kinds[1:])))) <= kinds[0]
    lone = password(PasswordLength=1, RequireEachIncludedType=False)
    assert len(lone) == 1
    refused("InvalidParameterException", secrets.get_random_password, PasswordLength=3)
    refused("InvalidParameterException", secrets.get_random_password, ExcludeUppercase=True, ExcludeLowercase=True,
            ExcludeNumbers=True, ExcludePunctuation=True)
    refused("ValidationException", secrets.get_random_password, PasswordLength=4097)


def policy(principal, effect="Allow", **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*"} | more]})


def test_a_resource_policy_is_kept_listed_and_removed(secrets, name):
    secrets.create_secret(Name=name, SecretString="x")
    mine = policy({"AWS": "arn:aws:iam::123456789012:root"})
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=name)
    assert secrets.list_resource_policies(SecretId=name)["ResourcePolicies"] == []
    assert secrets.put_resource_policy(SecretId=name, ResourcePolicy=mine)["Name"] == name
    assert secrets.get_resource_policy(SecretId=name)["ResourcePolicy"] == mine
    assert secrets.list_resource_policies(SecretId=name)["ResourcePolicies"] == [{"PolicyName": "default"}]
    refused("InvalidParameterException", secrets.put_resource_policy, SecretId=name, ResourcePolicy=mine, PolicyName="other")
    refused("InvalidNextTokenException", secrets.list_resource_policies, SecretId=name, NextToken="x")
    secrets.delete_resource_policy(SecretId=name)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=name)
    refused("ResourceNotFoundException", secrets.delete_resource_policy, SecretId=name + "x")


def test_policies_are_checked_before_they_are_attached(secrets, name):
    secrets.create_secret(Name=name, SecretString="x")
    good = json.loads(policy("*"))["Statement"][0]

    def document(**change):
        return json.dumps({"Version": "2012-10-17", "Statement": [{k: v for k, v in (good | change).items() if v is not None}]})
    for bad in ("{", "[]", "{}", document(Effect="Perhaps"), document(Principal=None), document(Principal={"Nobody": "x"}),
                document(Action=None), document(Resource=[]).replace("[]", '[""]'), document(Condition="x"), document(Extra=1),
                json.dumps({"Version": "2019-10-19", "Statement": [good]}), json.dumps({"Version": "2012-10-17", "Statement": []})):
        refused("MalformedPolicyDocumentException", secrets.put_resource_policy, SecretId=name, ResourcePolicy=bad)
        refused("MalformedPolicyDocumentException", secrets.validate_resource_policy, ResourcePolicy=bad)
    narrow = policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    for public in (policy("*"), policy({"AWS": "*"}), policy({"AWS": ["arn:aws:iam::123456789012:root", "*"]})):
        refused("PublicPolicyException", secrets.put_resource_policy, SecretId=name, ResourcePolicy=public,
                BlockPublicPolicy=True)
        checked = secrets.validate_resource_policy(SecretId=name, ResourcePolicy=public)
        assert not checked["PolicyValidationPassed"] and checked["ValidationErrors"][0]["ErrorMessage"]
        secrets.put_resource_policy(SecretId=name, ResourcePolicy=public)
    for allowed in (narrow, policy("*", effect="Deny"), policy({"Service": "rds.amazonaws.com"})):
        secrets.put_resource_policy(SecretId=name, ResourcePolicy=allowed, BlockPublicPolicy=True)
        assert secrets.validate_resource_policy(ResourcePolicy=allowed)["PolicyValidationPassed"]


def test_lists_sort_by_what_is_asked_and_know_every_filter(secrets):
    group = uuid.uuid4().hex
    for name in ("b", "a", "c"):
        secrets.create_secret(Name=f"{group}/{name}", SecretString="x", Description=f"the {name} {group} Thing")
    secrets.get_secret_value(SecretId=f"{group}/c")
    secrets.update_secret(SecretId=f"{group}/b", Description="changed last")

    def listed(**options):
        found = secrets.list_secrets(Filters=[{"Key": "name", "Values": [group]}, *options.pop("also", [])], **options)
        return "".join(s["Name"][-1] for s in found["SecretList"])
    assert listed() == "cab" and listed(SortOrder="asc") == "bac"
    assert listed(SortBy="name", SortOrder="asc") == "abc" and listed(SortBy="name", SortOrder="desc") == "cba"
    assert listed(SortBy="last-changed-date")[0] == "b" and listed(SortBy="last-accessed-date")[0] == "c"
    one = secrets.list_secrets(Filters=[{"Key": "name", "Values": [group]}], SortBy="name", SortOrder="asc", MaxResults=2)
    two = secrets.list_secrets(Filters=[{"Key": "name", "Values": [group]}], SortBy="name", SortOrder="asc",
                               MaxResults=2, NextToken=one["NextToken"])
    assert [s["Name"][-1] for s in two["SecretList"]] == ["c"]
    assert listed(also=[{"Key": "primary-region", "Values": ["us-east-1"]}], SortBy="name", SortOrder="asc") == "abc"
    assert listed(also=[{"Key": "primary-region", "Values": ["!us-east"]}]) == ""
    assert listed(also=[{"Key": "owning-service", "Values": ["rds"]}]) == ""
    assert listed(also=[{"Key": "all", "Values": [f"thing {group.upper()}"]}], SortBy="name", SortOrder="asc") == "ac"
    assert listed(also=[{"Key": "all", "Values": ["nowhere thing"]}]) == ""
