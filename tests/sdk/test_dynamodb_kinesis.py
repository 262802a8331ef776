"""Kinesis destinations of DynamoDB's tables through boto3: kept and described."""
import pytest

from dynamodb import make, name, refused

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
NOT_ACTIVE = "Table is not in a valid state to {} Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE to perform {} operation."


@pytest.fixture(scope="module")
def db(client):
    return client("dynamodb")


def shown(db, table):
    return [(d["StreamArn"], d["DestinationStatus"], d["ApproximateCreationDateTimePrecision"])
            for d in db.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]]


def test_a_destination_is_enabled_updated_and_disabled(db):
    table = make(db)
    assert shown(db, table) == []
    enabled = db.enable_kinesis_streaming_destination(TableName=table, StreamArn=ARN)
    assert (enabled["TableName"], enabled["StreamArn"], enabled["DestinationStatus"]) == (table, ARN, "ENABLING")
    assert shown(db, table) == [(ARN, "ACTIVE", "MILLISECOND")]
    precision = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    updated = db.update_kinesis_streaming_destination(TableName=table, StreamArn=ARN, UpdateKinesisStreamingConfiguration=precision)
    assert (updated["DestinationStatus"], updated["UpdateKinesisStreamingConfiguration"]) == ("UPDATING", precision)
    assert shown(db, table) == [(ARN, "ACTIVE", "MICROSECOND")]
    assert db.disable_kinesis_streaming_destination(TableName=table, StreamArn=ARN)["DestinationStatus"] == "DISABLING"
    assert shown(db, table) == [(ARN, "DISABLED", "MICROSECOND")]
    db.enable_kinesis_streaming_destination(TableName=table, StreamArn=ARN + "2", EnableKinesisStreamingConfiguration=precision)
    assert shown(db, table) == [(ARN, "DISABLED", "MICROSECOND"), (ARN + "2", "ACTIVE", "MICROSECOND")]
    db.disable_kinesis_streaming_destination(TableName=table, StreamArn=ARN + "2")
    db.enable_kinesis_streaming_destination(TableName=table, StreamArn=ARN)
    assert shown(db, table) == [(ARN, "ACTIVE", "MILLISECOND"), (ARN + "2", "DISABLED", "MICROSECOND")]


def test_what_does_not_fit_the_state_is_refused(db):
    table = make(db)
    precision = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MILLISECOND"}}
    refused(NOT_ACTIVE.format("disable", "DISABLE"), db.disable_kinesis_streaming_destination, TableName=table, StreamArn=ARN)
    refused(NOT_ACTIVE.format("update", "UPDATE"), db.update_kinesis_streaming_destination, TableName=table, StreamArn=ARN, **precision)
    db.enable_kinesis_streaming_destination(TableName=table, StreamArn=ARN)
    for arn in (ARN, ARN + "2"):
        refused("Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be "
                "DISABLED or ENABLE_FAILED to perform ENABLE operation.", db.enable_kinesis_streaming_destination,
                TableName=table, StreamArn=arn)
    refused(["Precision is already set to the desired value of MILLISECOND for tableId: "], db.update_kinesis_streaming_destination,
            TableName=table, StreamArn=ARN, **precision)
    for empty in ({}, {"UpdateKinesisStreamingConfiguration": {}}):
        refused(["cannot be null or contain only null values"], db.update_kinesis_streaming_destination, TableName=table,
                StreamArn=ARN, **empty)
    assert shown(db, table) == [(ARN, "ACTIVE", "MILLISECOND")]


def test_missing_tables_and_wrong_streams_are_refused(db):
    table, missing = make(db), name()
    words = f"Requested resource not found: Table: {missing} not found"
    for operation in (db.enable_kinesis_streaming_destination, db.disable_kinesis_streaming_destination):
        refused(words, operation, "ResourceNotFoundException", TableName=missing, StreamArn=ARN)
        for wrong in (ARN.replace("kinesis", "firehose"), ARN.replace("us-east-1", "eu-west-1"), ARN.replace("000000000000", "1" * 12),
                      ARN.replace("stream/", "thing/"), "x" * 40):
            refused(["StreamArn is not the ARN of a Kinesis data stream"], operation, TableName=table, StreamArn=wrong)
    refused(words, db.describe_kinesis_streaming_destination, "ResourceNotFoundException", TableName=missing)
    refused(words, db.update_kinesis_streaming_destination, "ResourceNotFoundException", TableName=missing, StreamArn=ARN,
            UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": "MICROSECOND"})
