"""Exports and imports: checked as AWS checks them; without S3 each fails, and says why."""
import datetime
import re
import uuid

import boto3
import pytest

from conftest import ACCOUNT, REGION, Emulator
from dynamodb import definitions, index, keys, make, name, refused

NO_S3 = ("S3NoSuchBucket", "The specified bucket does not exist: this emulator has no S3 yet")
FIFTEEN = datetime.timedelta(minutes=15)


@pytest.fixture
def db(client):
    return client("dynamodb")


def table_arn(db, table):
    return db.describe_table(TableName=table)["Table"]["TableArn"]


@pytest.fixture
def arn(db):
    """Of a table with point-in-time recovery."""
    table = make(db)
    db.update_continuous_backups(TableName=table,
                                 PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    return table_arn(db, table)


def export(db, arn, **more):
    return db.export_table_to_point_in_time(TableArn=arn, S3Bucket="the-bucket", **more)["ExportDescription"]


def wanted(table, **more):
    return {"TableName": table, "KeySchema": keys("pk"), "AttributeDefinitions": definitions(pk="S"),
            "BillingMode": "PAY_PER_REQUEST", **more}


def source(**more):
    return {"S3BucketSource": {"S3Bucket": "the-bucket"}, "InputFormat": "DYNAMODB_JSON", **more}


def test_an_export_begins_and_has_failed(db, arn):
    began = export(db, arn, S3Prefix="a/b", S3BucketOwner="1" * 12, S3SseAlgorithm="KMS", S3SseKmsKeyId="alias/k",
                   ExportFormat="ION", ClientToken="token-1")
    assert re.fullmatch(arn + r"/export/\d{14}-[0-9a-f]{8}", began["ExportArn"])
    assert began["ExportStatus"] == "IN_PROGRESS" and "FailureCode" not in began and "EndTime" not in began
    shown = db.describe_export(ExportArn=began["ExportArn"])["ExportDescription"]
    assert shown["ExportStatus"] == "FAILED" and shown["EndTime"] == began["StartTime"]
    assert (shown["FailureCode"], shown["FailureMessage"]) == NO_S3
    for same in began.keys() - {"ExportStatus"}:
        assert shown[same] == began[same]
    expected = {"S3Bucket": "the-bucket", "S3Prefix": "a/b", "S3BucketOwner": "1" * 12, "S3SseAlgorithm": "KMS",
                "S3SseKmsKeyId": "alias/k", "ExportFormat": "ION", "ExportType": "FULL_EXPORT", "TableArn": arn,
                "ClientToken": "token-1", "ExportTime": began["StartTime"]}
    assert {key: shown[key] for key in expected} == expected
    table = db.describe_table(TableName=arn)["Table"]
    assert shown["TableId"] == table["TableId"]


def test_exports_are_listed_by_pages(db, arn):
    made = [export(db, arn)["ExportArn"] for _ in range(5)]
    first = db.list_exports(TableArn=arn, MaxResults=2)
    second = db.list_exports(TableArn=arn, MaxResults=3, NextToken=first["NextToken"])
    found = first["ExportSummaries"] + second["ExportSummaries"]
    assert len(first["ExportSummaries"]) == 2 and "NextToken" not in second
    assert {f["ExportArn"] for f in found} == set(made)
    assert all((f["ExportStatus"], f["ExportType"]) == ("FAILED", "FULL_EXPORT") for f in found)
    assert db.list_exports()["ExportSummaries"]
    assert db.list_exports(TableArn=table_arn(db, make(db)))["ExportSummaries"] == []
    refused("Invalid NextToken", db.list_exports, NextToken="?")


def test_the_token_of_an_export_stands_for_it(db, arn):
    token = str(uuid.uuid4())
    first = export(db, arn, ClientToken=token)
    again = export(db, arn, ClientToken=token)
    assert again["ExportArn"] == first["ExportArn"] and again["ExportStatus"] == "FAILED"
    for other in ({"S3Prefix": "x"}, {"ExportFormat": "ION"}):
        refused(["ClientToken"], export, "ExportConflictException", db=db, arn=arn, ClientToken=token, **other)
    assert len(db.list_exports(TableArn=arn)["ExportSummaries"]) == 1


def test_incremental_exports_have_a_period(credentials):
    emulator = Emulator()
    try:
        db = boto3.client("dynamodb", endpoint_url=emulator.url)
        table = make(db)
        db.update_continuous_backups(TableName=table,
                                     PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
        arn, hours = table_arn(db, table), datetime.timedelta(hours=1)
        emulator.advance(2 * 24 * 3600)
        began = db.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"][
            "PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"]

        def increment(**period):
            return export(db, arn, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=period)
        made = increment(ExportFromTime=began, ExportToTime=began + 2 * hours, ExportViewType="NEW_IMAGE")
        shown = db.describe_export(ExportArn=made["ExportArn"])["ExportDescription"]
        assert shown["IncrementalExportSpecification"] == {
            "ExportFromTime": began, "ExportToTime": began + 2 * hours, "ExportViewType": "NEW_IMAGE"}
        assert "ExportTime" not in shown and shown["ExportType"] == "INCREMENTAL_EXPORT"
        assert increment(ExportFromTime=began, ExportToTime=began + FIFTEEN)
        assert increment(ExportFromTime=began, ExportToTime=began + 24 * hours)
        for length in (FIFTEEN - datetime.timedelta(seconds=1), datetime.timedelta(days=1, seconds=1), -hours):
            refused(["at least 15 minutes"], increment, ExportFromTime=began, ExportToTime=began + length)
        outside = "The specified ExportTime is outside of the point in time recovery window."
        refused(outside, increment, "InvalidExportTimeException", ExportFromTime=began - hours, ExportToTime=began + hours)
        refused(outside, increment, "InvalidExportTimeException", ExportFromTime=began + 47 * hours,
                ExportToTime=began + 50 * hours)
        emulator.advance(8 * 3600)
        token = "the same"
        first = export(db, arn, ClientToken=token)["ExportArn"]
        emulator.advance(8 * 3600 + 1)
        assert export(db, arn, ClientToken=token)["ExportArn"] != first, "a token is valid for eight hours"
        emulator.advance(91 * 24 * 3600)
        assert db.list_exports(TableArn=arn)["ExportSummaries"] == []
    finally:
        emulator.stop()


def test_exports_that_are_refused(client, db, arn):
    plain = make(db)
    refused(f"Point in time recovery is not enabled for table '{plain}'", export,
            "PointInTimeRecoveryUnavailableException", db=db, arn=table_arn(db, plain))
    missing = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/nonesuch"
    refused("Table not found: nonesuch", export, "TableNotFoundException", db=db, arn=missing)
    refused(["Invalid TableArn"], export, db=db, arn=plain)
    outside = "The specified ExportTime is outside of the point in time recovery window."
    now = datetime.datetime.now(datetime.timezone.utc)
    for wrong in (now - datetime.timedelta(days=1), now + datetime.timedelta(days=1)):
        refused(outside, export, "InvalidExportTimeException", db=db, arn=arn, ExportTime=wrong)
    refused(["S3SseAlgorithm is KMS"], export, db=db, arn=arn, S3SseKmsKeyId="k", S3SseAlgorithm="AES256")
    refused(["ExportFromTime must be provided"], export, db=db, arn=arn, ExportType="INCREMENTAL_EXPORT")
    refused(["ExportTime can only be provided"], export, db=db, arn=arn, ExportType="INCREMENTAL_EXPORT", ExportTime=now)
    refused(["can only be provided when ExportType"], export, db=db, arn=arn,
            IncrementalExportSpecification={"ExportFromTime": now})
    refused(["FilterSpecification"], export, "NotImplementedException", 501, db=db, arn=arn,
            FilterSpecification={"FilterExpression": "a = b"})
    loose = client("dynamodb", check=False)
    for bucket in ("-bucket", "bucket-", "a bucket", "b" * 256, "a"):
        refused(["at 's3Bucket' failed to satisfy constraint"], loose.export_table_to_point_in_time, TableArn=arn,
                S3Bucket=bucket)
    refused(["at 's3BucketOwner' failed to satisfy"], loose.export_table_to_point_in_time, TableArn=arn,
            S3Bucket="bucket", S3BucketOwner="12")
    refused(["less than or equal to 25"], loose.list_exports, MaxResults=26)
    unknown = arn + "/export/01695097218000-a1b2c3d4"
    refused([unknown], db.describe_export, "ExportNotFoundException", ExportArn=unknown)
    refused(["Invalid ExportArn"], db.describe_export, ExportArn=arn.replace("/t-", "/import/t-"))


def test_an_import_begins_and_has_failed(db, client):
    table = name()
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    asked = wanted(table, AttributeDefinitions=definitions(pk="S", g="N"), BillingMode="PROVISIONED",
                   ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                   SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
                   GlobalSecondaryIndexes=[{**index("by-g", "g"), "ProvisionedThroughput": {
                       "ReadCapacityUnits": 3, "WriteCapacityUnits": 4}}])
    csv = {"Csv": {"Delimiter": ";", "HeaderList": ["pk", "g", "a name"]}}
    began = db.import_table(S3BucketSource={"S3Bucket": "the-bucket", "S3KeyPrefix": "p", "S3BucketOwner": "1" * 12},
                            InputFormat="CSV", InputFormatOptions=csv, InputCompressionType="GZIP",
                            TableCreationParameters=asked)["ImportTableDescription"]
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    assert re.fullmatch(arn + r"/import/\d{14}-[0-9a-f]{8}", began["ImportArn"]) and began["TableArn"] == arn
    assert began["ImportStatus"] == "IN_PROGRESS" and "FailureCode" not in began
    shown = db.describe_import(ImportArn=began["ImportArn"])["ImportTableDescription"]
    assert shown["ImportStatus"] == "FAILED" and (shown["FailureCode"], shown["FailureMessage"]) == NO_S3
    assert shown["TableCreationParameters"] == asked and shown["InputFormatOptions"] == csv
    assert shown["S3BucketSource"] == {"S3Bucket": "the-bucket", "S3KeyPrefix": "p", "S3BucketOwner": "1" * 12}
    assert (shown["InputFormat"], shown["InputCompressionType"]) == ("CSV", "GZIP")
    assert shown["ImportedItemCount"] == shown["ProcessedItemCount"] == shown["ErrorCount"] == 0
    refused([f"Table: {table} not found"], db.describe_table, "ResourceNotFoundException", TableName=table)


def test_imports_are_listed_by_pages(db):
    table = name()
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    made = [db.import_table(**source(), TableCreationParameters=wanted(table))["ImportTableDescription"]["ImportArn"]
            for _ in range(5)]
    first = db.list_imports(TableArn=arn, PageSize=2)
    second = db.list_imports(TableArn=arn, PageSize=3, NextToken=first["NextToken"])
    found = first["ImportSummaryList"] + second["ImportSummaryList"]
    assert len(first["ImportSummaryList"]) == 2 and "NextToken" not in second
    assert {f["ImportArn"] for f in found} == set(made) and {f["ImportStatus"] for f in found} == {"FAILED"}
    assert found[0]["S3BucketSource"] == {"S3Bucket": "the-bucket"} and found[0]["InputFormat"] == "DYNAMODB_JSON"
    assert db.list_imports()["ImportSummaryList"]
    refused("Invalid NextToken", db.list_imports, NextToken="0123456789abcdef" * 7)


def test_the_token_of_an_import_stands_for_it(db):
    table, token = name(), str(uuid.uuid4())
    request = dict(source(ClientToken=token), TableCreationParameters=wanted(table))
    first = db.import_table(**request)["ImportTableDescription"]
    again = db.import_table(**request)["ImportTableDescription"]
    assert again["ImportArn"] == first["ImportArn"] and again["ImportStatus"] == "FAILED"
    for other in ({"InputCompressionType": "ZSTD"}, {"TableCreationParameters": wanted(name())}):
        refused(["ClientToken"], db.import_table, "ImportConflictException", **{**request, **other})


def test_imports_that_are_refused(client, db):
    table = make(db)
    refused(f"Table already exists: {table}", db.import_table, "ResourceInUseException", **source(),
            TableCreationParameters=wanted(table))
    refused(["must both be specified"], db.import_table, **source(),
            TableCreationParameters=wanted(name(), BillingMode="PROVISIONED"))
    refused(["Number of attributes in KeySchema"], db.import_table, **source(),
            TableCreationParameters=wanted(name(), AttributeDefinitions=definitions(pk="S", more="S")))
    refused(["InputFormat is CSV"], db.import_table, **source(InputFormatOptions={"Csv": {"Delimiter": ","}}),
            TableCreationParameters=wanted(name()))
    loose = client("dynamodb", check=False)
    refused(["at 's3BucketSource.s3Bucket' failed to satisfy"], loose.import_table,
            **source(S3BucketSource={"S3Bucket": "-"}), TableCreationParameters=wanted(name()))
    unknown = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/import/01695097218000-a1b2c3d4"
    refused([unknown], db.describe_import, "ImportNotFoundException", ImportArn=unknown)
    refused(["Invalid ImportArn"], db.describe_import, ImportArn=unknown.replace("/import/", "/export/"))
