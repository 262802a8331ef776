"""CloudWatch Logs through boto3: every operation, its errors, limits and pages."""
import json
import time
import uuid

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
HOUR = 3600 * 1000
DAY = 24 * HOUR


@pytest.fixture(scope="module")
def logs(endpoint, credentials):
    return boto3.client("logs")


@pytest.fixture(scope="module")
def unchecked(endpoint, credentials):
    """A client that sends what boto3 would refuse itself."""
    return boto3.client("logs", config=botocore.config.Config(parameter_validation=False))


@pytest.fixture
def group(logs):
    name = f"/test/{uuid.uuid4()}"
    logs.create_log_group(logGroupName=name)
    return name


@pytest.fixture
def stream(logs, group):
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    return {"logGroupName": group, "logStreamName": "s"}


def now():
    return int(time.time() * 1000)


def refused(code, call, status=400, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert (error["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    return error["Message"]


def put(logs, stream, *messages, at=None, step=1):
    at = at or now() - len(messages) * step
    return logs.put_log_events(**stream, logEvents=[
        {"timestamp": at + i * step, "message": message} for i, message in enumerate(messages)])


def texts(answer):
    return [event["message"] for event in answer["events"]]


# --- groups ---------------------------------------------------------------------------------


def test_a_group_is_described_as_it_was_made(logs):
    name = f"/test/{uuid.uuid4()}"
    before = now()
    logs.create_log_group(logGroupName=name, tags={"team": "pay", "empty": ""},
                          deletionProtectionEnabled=True)
    described = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert len(described) == 1
    created = described[0].pop("creationTime")
    assert before - 1000 <= created <= now() + 1000
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}"
    assert described[0] == {"logGroupName": name, "arn": arn + ":*", "logGroupArn": arn,
                            "metricFilterCount": 0, "storedBytes": 0, "logGroupClass": "STANDARD",
                            "deletionProtectionEnabled": True}


def test_a_group_is_made_once(logs, group):
    assert refused("ResourceAlreadyExistsException", logs.create_log_group, logGroupName=group) == (
        "The specified log group already exists")


def test_group_names_are_checked_in_awss_words(logs, unchecked):
    assert refused("InvalidParameterException", logs.create_log_group, logGroupName="with space") == (
        "1 validation error detected: Value 'with space' at 'logGroupName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+")
    logs.create_log_group(logGroupName="n" + uuid.uuid4().hex + "x" * 479)
    assert "less than or equal to 512" in refused("InvalidParameterException", logs.create_log_group,
                                                  logGroupName="n" * 513)
    assert "Member must not be null" in refused("InvalidParameterException", unchecked.create_log_group)
    assert "reserved" in refused("InvalidParameterException", logs.create_log_group, logGroupName="aws/x")


def test_group_tags_are_checked(logs):
    def refuse(tags):
        return refused("InvalidParameterException", logs.create_log_group,
                       logGroupName=f"/test/{uuid.uuid4()}", tags=tags)

    logs.create_log_group(logGroupName=f"/test/{uuid.uuid4()}", tags={f"k{i}": "v" for i in range(50)})
    assert "less than or equal to 50" in refuse({f"k{i}": "v" for i in range(51)})
    assert "aws:" in refuse({"aws:mine": "v"})
    assert "regular expression" in refuse({"bad!": "v"})
    assert "less than or equal to 256" in refuse({"k": "v" * 257})


@pytest.mark.parametrize("more", [{"kmsKeyId": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/x"},
                                  {"logGroupClass": "DELIVERY"}, {"logGroupClass": "ESSENTIALS"}])
def test_what_florin_lacks_of_groups_is_refused_by_its_name(logs, more):
    name = f"/test/{uuid.uuid4()}"
    message = refused("NotImplementedException", logs.create_log_group, status=501, logGroupName=name, **more)
    assert list(more)[0] in message
    assert logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_groups_are_found_by_prefix_part_class_and_identifier(logs):
    root = f"/test/{uuid.uuid4()}"
    for name, group_class in [("/api/Orders", "STANDARD"), ("/api/refunds", "STANDARD"),
                              ("/jobs/Orders", "INFREQUENT_ACCESS")]:
        logs.create_log_group(logGroupName=root + name, logGroupClass=group_class)

    def names(**arguments):
        found = logs.describe_log_groups(**arguments)["logGroups"]
        return [g["logGroupName"][len(root):] for g in found]

    assert names(logGroupNamePrefix=root) == ["/api/Orders", "/api/refunds", "/jobs/Orders"]
    assert names(logGroupNamePrefix=root + "/api") == ["/api/Orders", "/api/refunds"]
    assert names(logGroupNamePattern=root[6:] + "/api/O") == ["/api/Orders"]
    assert names(logGroupNamePattern=root[6:] + "/api/o") == []
    assert names(logGroupNamePrefix=root, logGroupClass="INFREQUENT_ACCESS") == ["/jobs/Orders"]
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{root}/jobs/Orders"
    assert names(logGroupIdentifiers=[root + "/api/refunds", arn, root + "/none",
                                      arn.replace(ACCOUNT, "999999999999")]) == ["/api/refunds", "/jobs/Orders"]
    assert names(logGroupNamePrefix=root, includeLinkedAccounts=True, accountIdentifiers=["999999999999"]) == []
    assert len(names(logGroupNamePrefix=root, includeLinkedAccounts=True, accountIdentifiers=[ACCOUNT])) == 3
    by_pattern = logs.describe_log_groups(logGroupNamePattern=root)["logGroups"][0]
    assert set(by_pattern) == {"logGroupName", "creationTime", "arn", "logGroupArn"}


def test_group_filters_exclude_each_other(logs):
    assert refused("InvalidParameterException", logs.describe_log_groups, logGroupNamePrefix="a",
                   logGroupNamePattern="b") == (
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    refused("InvalidParameterException", logs.describe_log_groups, logGroupNamePrefix="a",
            logGroupIdentifiers=["b"])
    refused("InvalidParameterException", logs.describe_log_groups, accountIdentifiers=[ACCOUNT])


def test_groups_come_in_pages(logs):
    root = f"/test/{uuid.uuid4()}"
    for i in range(7):
        logs.create_log_group(logGroupName=f"{root}/{i}")
    pages = list(logs.get_paginator("describe_log_groups").paginate(
        logGroupNamePrefix=root, PaginationConfig={"PageSize": 3}))
    assert [len(p["logGroups"]) for p in pages] == [3, 3, 1]
    assert [g["logGroupName"][-1] for p in pages for g in p["logGroups"]] == list("0123456")
    assert "nextToken" not in logs.describe_log_groups(logGroupNamePrefix=root, limit=7)
    assert "less than or equal to 50" in refused("InvalidParameterException", logs.describe_log_groups, limit=51)
    assert refused("InvalidParameterException", logs.describe_log_groups, nextToken="junk") == (
        "The specified nextToken is invalid.")


# --- streams --------------------------------------------------------------------------------


def test_a_stream_is_described_before_and_after_its_first_event(logs, stream):
    def describe():
        return logs.describe_log_streams(logGroupName=stream["logGroupName"])["logStreams"][0]

    empty = describe()
    assert empty["arn"] == (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{stream['logGroupName']}"
                            ":log-stream:s")
    assert empty["storedBytes"] == 0 and "lastEventTimestamp" not in empty
    at = now() - 1000
    put(logs, stream, "b", "c", at=at)
    put(logs, stream, "a", at=at - 500)
    filled = describe()
    assert (filled["firstEventTimestamp"], filled["lastEventTimestamp"]) == (at - 500, at + 1)
    assert filled["lastIngestionTime"] >= at and len(filled["uploadSequenceToken"]) == 56


def test_a_stream_is_made_once_in_a_group_that_exists(logs, stream, group):
    assert refused("ResourceAlreadyExistsException", logs.create_log_stream, **stream) == (
        "The specified log stream already exists")
    assert refused("ResourceNotFoundException", logs.create_log_stream, logGroupName=group + "x",
                   logStreamName="s") == "The specified log group does not exist."
    assert "[^:*]*" in refused("InvalidParameterException", logs.create_log_stream, logGroupName=group,
                               logStreamName="a:b")


def test_streams_are_ordered_by_name_or_by_their_last_event(logs, group):
    at = now() - 10000
    for name, offset in [("a", 300), ("b", 100), ("c", None), ("d", 200)]:
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        if offset is not None:
            put(logs, {"logGroupName": group, "logStreamName": name}, "x", at=at + offset)

    def names(page_size=50, **arguments):
        pages = logs.get_paginator("describe_log_streams").paginate(
            logGroupName=group, PaginationConfig={"PageSize": page_size}, **arguments)
        return "".join(s["logStreamName"] for page in pages for s in page["logStreams"])

    for size in (1, 3, 50):
        assert names(size) == "abcd"
        assert names(size, descending=True) == "dcba"
        assert names(size, orderBy="LastEventTime") == "cbda"
        assert names(size, orderBy="LastEventTime", descending=True) == "adbc"
    assert refused("InvalidParameterException", logs.describe_log_streams, logGroupName=group,
                   orderBy="LastEventTime", logStreamNamePrefix="a") == (
        "Cannot order by LastEventTime with a logStreamNamePrefix.")


def test_streams_are_found_by_prefix_and_their_group_by_name_or_arn(logs, group):
    for name in ("web/1", "web/2", "job/1"):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}"
    for identifier in (group, arn):
        found = logs.describe_log_streams(logGroupIdentifier=identifier, logStreamNamePrefix="web/")
        assert [s["logStreamName"] for s in found["logStreams"]] == ["web/1", "web/2"]
    refuse = [({"logGroupName": group, "logGroupIdentifier": arn}, "InvalidParameterException"),
              ({}, "InvalidParameterException"),
              ({"logGroupIdentifier": arn.replace("us-east-1", "eu-west-1")}, "ResourceNotFoundException"),
              ({"logGroupName": group, "limit": 51}, "InvalidParameterException"),
              ({"logGroupName": group, "nextToken": "junk"}, "InvalidParameterException")]
    for arguments, code in refuse:
        refused(code, logs.describe_log_streams, **arguments)


def test_pages_of_streams_end_even_when_a_name_holds_a_nul(logs, group):
    names = ["a", "a\0b", "a\0c", "b"]
    for name in names:
        logs.create_log_stream(logGroupName=group, logStreamName=name)
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, PaginationConfig={"PageSize": 1})
    assert [s["logStreamName"] for page in pages for s in page["logStreams"]] == names


def test_streams_come_fifty_at_a_time(logs, group):
    for i in range(51):
        logs.create_log_stream(logGroupName=group, logStreamName=f"{i:02}")
    first = logs.describe_log_streams(logGroupName=group)
    assert len(first["logStreams"]) == 50
    rest = logs.describe_log_streams(logGroupName=group, nextToken=first["nextToken"])
    assert [s["logStreamName"] for s in rest["logStreams"]] == ["50"] and "nextToken" not in rest


# --- PutLogEvents ---------------------------------------------------------------------------


def test_events_come_back_in_order_with_their_times(logs, stream):
    at = now() - 5000
    before = now()
    answer = put(logs, stream, "first", "zw\u00f6lf \U0001f600", "third\n\twith lines", at=at, step=10)
    assert len(answer["nextSequenceToken"]) == 56 and "rejectedLogEventsInfo" not in answer
    read = logs.get_log_events(**stream)["events"]
    assert [(e["timestamp"], e["message"]) for e in read] == [
        (at, "first"), (at + 10, "zw\u00f6lf \U0001f600"), (at + 20, "third\n\twith lines")]
    assert all(before - 1000 <= e["ingestionTime"] <= now() + 1000 for e in read)
    group = logs.describe_log_groups(logGroupNamePrefix=stream["logGroupName"])["logGroups"][0]
    assert group["storedBytes"] == 3 * 26 + len("first") + len("zw\u00f6lf \U0001f600".encode()) + 17


def test_any_sequence_token_is_taken(logs, stream):
    for token in ("1", "junk"):
        logs.put_log_events(**stream, sequenceToken=token, logEvents=[{"timestamp": now(), "message": token}])
    assert len(logs.get_log_events(**stream)["events"]) == 2


def test_an_entity_is_told_as_rejected_while_the_events_are_kept(logs, stream):
    answer = logs.put_log_events(**stream, logEvents=[{"timestamp": now(), "message": "m"}], entity={
        "keyAttributes": {"Type": "Service", "Name": "pay"}})
    assert answer["rejectedEntityInfo"] == {"errorType": "UnsupportedLogGroupType"}
    assert texts(logs.get_log_events(**stream)) == ["m"]


def test_events_too_old_and_too_new_are_left_out(logs, stream):
    at = now()
    answer = logs.put_log_events(**stream, logEvents=[
        {"timestamp": at - 15 * DAY, "message": "ancient"}, {"timestamp": at - 14 * DAY - 60000, "message": "old"},
        {"timestamp": at, "message": "good"}, {"timestamp": at + 2 * HOUR + 60000, "message": "new"}])
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 2, "tooNewLogEventStartIndex": 3}
    assert texts(logs.get_log_events(**stream)) == ["good"]
    edges = logs.put_log_events(**stream, logEvents=[{"timestamp": at - 14 * DAY + 60000, "message": "just"}])
    assert "rejectedLogEventsInfo" not in edges
    alone = logs.put_log_events(**stream, logEvents=[{"timestamp": at - 15 * DAY, "message": "ancient"}])
    assert alone["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}


def test_a_batch_is_in_order_within_a_day_and_small_enough(logs, unchecked, stream):
    def refuse(*events):
        return refused("InvalidParameterException", unchecked.put_log_events, **stream, logEvents=[
            {"timestamp": at, "message": message} for at, message in events])

    at = now()
    assert refuse((at, "a"), (at - 1, "b")) == (
        "Log events in a single PutLogEvents request must be in chronological order.")
    assert refuse((at - DAY - 1, "a"), (at, "b")) == (
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    assert refuse((at, "x" * (1048576 - 25))) == "Log event too large: 1048577 bytes exceeds limit of 1048576"
    assert refuse((at, "x" * 500000), (at, "x" * (548576 - 51))) == (
        "Upload too large: 1048577 bytes exceeds limit of 1048576")
    assert "greater than or equal to 1" in refused("InvalidParameterException", unchecked.put_log_events,
                                                   **stream, logEvents=[])
    assert "'logEvents.1.member.message'" in refused(
        "InvalidParameterException", unchecked.put_log_events, **stream, logEvents=[{"timestamp": at}])
    assert "length greater than or equal to 1" in refuse((at, ""))
    assert logs.get_log_events(**stream)["events"] == []
    put(logs, stream, "x" * (1048576 - 26))
    assert len(texts(logs.get_log_events(**stream))[0]) == 1048550


def test_a_batch_holds_ten_thousand_events(logs, stream):
    at = now() - 20000
    put(logs, stream, *["m"] * 10000, at=at)
    assert "less than or equal to 10000" in refused(
        "InvalidParameterException", logs.put_log_events, **stream,
        logEvents=[{"timestamp": at, "message": "m"}] * 10001)
    put(logs, stream, "last", at=at + 10000)
    page = logs.get_log_events(**stream, startFromHead=True)
    assert len(page["events"]) == 10000
    rest = logs.get_log_events(**stream, startFromHead=True, nextToken=page["nextForwardToken"])
    assert texts(rest) == ["last"]


def test_events_need_a_group_and_a_stream(logs, stream, group):
    events = [{"timestamp": now(), "message": "m"}]
    assert refused("ResourceNotFoundException", logs.put_log_events, logGroupName=group + "x",
                   logStreamName="s", logEvents=events) == "The specified log group does not exist."
    assert refused("ResourceNotFoundException", logs.put_log_events, logGroupName=group,
                   logStreamName="t", logEvents=events) == "The specified log stream does not exist."


# --- GetLogEvents ---------------------------------------------------------------------------


def test_reading_forward_ends_with_the_same_token_and_goes_on_when_more_comes(logs, stream):
    put(logs, stream, *"abcde")
    page = logs.get_log_events(**stream, startFromHead=True, limit=2)
    assert texts(page) == ["a", "b"]
    page = logs.get_log_events(**stream, startFromHead=True, limit=2, nextToken=page["nextForwardToken"])
    assert texts(page) == ["c", "d"]
    page = logs.get_log_events(**stream, startFromHead=True, limit=2, nextToken=page["nextForwardToken"])
    assert texts(page) == ["e"]
    end = page["nextForwardToken"]
    page = logs.get_log_events(**stream, startFromHead=True, limit=2, nextToken=end)
    assert page["events"] == [] and page["nextForwardToken"] == end
    put(logs, stream, "f")
    page = logs.get_log_events(**stream, startFromHead=True, nextToken=end)
    assert texts(page) == ["f"]
    back = logs.get_log_events(**stream, limit=2, nextToken=page["nextBackwardToken"])
    assert texts(back) == ["d", "e"]


def test_reading_backward_begins_with_the_newest(logs, stream):
    put(logs, stream, *"abcde")
    page = logs.get_log_events(**stream, limit=2)
    assert texts(page) == ["d", "e"]
    forward = page["nextForwardToken"]
    page = logs.get_log_events(**stream, limit=2, nextToken=page["nextBackwardToken"])
    assert texts(page) == ["b", "c"]
    page = logs.get_log_events(**stream, limit=2, nextToken=page["nextBackwardToken"])
    assert texts(page) == ["a"]
    start = page["nextBackwardToken"]
    page = logs.get_log_events(**stream, limit=2, nextToken=start)
    assert page["events"] == [] and page["nextBackwardToken"] == start
    put(logs, stream, "f")
    assert texts(logs.get_log_events(**stream, startFromHead=True, nextToken=forward)) == ["f"]


def test_an_empty_stream_gives_tokens_that_find_what_comes(logs, stream):
    for head in (True, False):
        page = logs.get_log_events(**stream, startFromHead=head)
        assert page["events"] == []
        assert page["nextForwardToken"].startswith("f/") and page["nextBackwardToken"].startswith("b/")
    put(logs, stream, "a")
    page = logs.get_log_events(**stream, startFromHead=True, nextToken=page["nextForwardToken"])
    assert texts(page) == ["a"]


def test_events_of_one_instant_keep_the_order_of_their_arrival(logs, stream):
    at = now()
    put(logs, stream, *"abc", at=at, step=0)
    put(logs, stream, *"de", at=at, step=0)
    seen, token = [], {}
    for _ in range(5):
        page = logs.get_log_events(**stream, startFromHead=True, limit=1, **token)
        seen += texts(page)
        token = {"nextToken": page["nextForwardToken"]}
    assert seen == list("abcde")


def test_the_time_range_includes_its_start_and_excludes_its_end(logs, stream):
    at = now() - 1000
    put(logs, stream, *"abcd", at=at, step=10)
    for head in (True, False):
        read = logs.get_log_events(**stream, startTime=at + 10, endTime=at + 30, startFromHead=head)
        assert texts(read) == ["b", "c"]


def test_a_page_holds_a_mebibyte(logs, stream):
    for i in range(3):
        put(logs, stream, str(i) * 400000)
    page = logs.get_log_events(**stream, startFromHead=True)
    assert [t[0] for t in texts(page)] == ["0", "1"]
    rest = logs.get_log_events(**stream, startFromHead=True, nextToken=page["nextForwardToken"])
    assert [t[0] for t in texts(rest)] == ["2"]
    assert [t[0] for t in texts(logs.get_log_events(**stream))] == ["1", "2"]


def test_reading_refuses_bad_parameters(logs, unchecked, stream, group):
    assert refused("InvalidParameterException", logs.get_log_events, **stream, nextToken="junk") == (
        "The specified nextToken is invalid.")
    assert "less than or equal to 10000" in refused("InvalidParameterException", logs.get_log_events,
                                                    **stream, limit=10001)
    assert "greater than or equal to 1" in refused("InvalidParameterException", unchecked.get_log_events,
                                                   **stream, limit=0)
    refused("ResourceNotFoundException", logs.get_log_events, logGroupName=group, logStreamName="none")
    refused("ResourceNotFoundException", logs.get_log_events, logGroupName=group + "x", logStreamName="s")
    refused("InvalidParameterException", logs.get_log_events, logStreamName="s")
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}"
    assert logs.get_log_events(logGroupIdentifier=arn, logStreamName="s")["events"] == []


def test_the_infrequent_access_class_cannot_be_read_event_by_event(logs):
    name = f"/test/{uuid.uuid4()}"
    logs.create_log_group(logGroupName=name, logGroupClass="INFREQUENT_ACCESS")
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    put(logs, {"logGroupName": name, "logStreamName": "s"}, "m")
    refused("InvalidParameterException", logs.get_log_events, logGroupName=name, logStreamName="s")
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=name)


# --- FilterLogEvents ------------------------------------------------------------------------


@pytest.fixture
def three_streams(logs, group):
    at = now() - 10000
    for name, first in [("web/1", 0), ("web/2", 1), ("job", 2)]:
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        put(logs, {"logGroupName": group, "logStreamName": name},
            *[json.dumps({"n": n, "stream": name, "level": "ERROR" if n == 4 else "INFO"}) for n in range(first, 9, 3)],
            at=at + first, step=3)
    return at


def numbers(answer):
    return [json.loads(e["message"])["n"] for e in answer["events"]]


def test_filtering_interleaves_the_streams_of_a_group(logs, group, three_streams):
    answer = logs.filter_log_events(logGroupName=group)
    assert numbers(answer) == list(range(9))
    assert answer["searchedLogStreams"] == [] and "nextToken" not in answer
    event = answer["events"][4]
    assert event["logStreamName"] == "web/2" and event["timestamp"] == three_streams + 4
    assert len(event["eventId"]) == 56 and event["ingestionTime"] >= three_streams
    assert len({e["eventId"] for e in answer["events"]}) == 9
    assert numbers(logs.filter_log_events(logGroupName=group, startFromHead=False)) == list(range(8, -1, -1))


def test_filtering_takes_streams_by_name_and_by_prefix(logs, group, three_streams):
    def found(**arguments):
        return numbers(logs.filter_log_events(logGroupName=group, **arguments))

    assert found(logStreamNames=["job", "web/1"]) == [0, 2, 3, 5, 6, 8]
    assert found(logStreamNamePrefix="web/") == [0, 1, 3, 4, 6, 7]
    assert found(logStreamNamePrefix="none") == []
    assert refused("ResourceNotFoundException", logs.filter_log_events, logGroupName=group,
                   logStreamNames=["job", "none"]) == "The specified log stream does not exist."
    assert "mutually exclusive" in refused("InvalidParameterException", logs.filter_log_events,
                                           logGroupName=group, logStreamNames=["job"], logStreamNamePrefix="w")
    assert "less than or equal to 100" in refused(
        "InvalidParameterException", logs.filter_log_events, logGroupName=group,
        logStreamNames=[str(i) for i in range(101)])


def test_filtering_includes_both_ends_of_the_time_range(logs, group, three_streams):
    answer = logs.filter_log_events(logGroupName=group, startTime=three_streams + 2, endTime=three_streams + 4)
    assert numbers(answer) == [2, 3, 4]
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=group,
            startTime=three_streams + 1, endTime=three_streams)


@pytest.mark.parametrize("pattern, expected", [
    ("", list(range(9))), ("ERROR", [4]), ("-ERROR -job", [0, 1, 3, 6, 7]), ("?ERROR ?job", [2, 4, 5, 8]),
    ('"\\"n\\": 7"', [7]), ("{ $.n >= 6 }", [6, 7, 8]), ('{ $.stream = "web*" && $.n != 4 }', [0, 1, 3, 6, 7]),
    ('{ $.level = ERROR || $.stream = "job" }', [2, 4, 5, 8]), ("{ $.gone NOT EXISTS }", list(range(9))),
    ("[..., level]", list(range(9))), ("[a, n = 4*, ...]", [4]),
])
def test_filtering_by_patterns(logs, group, three_streams, pattern, expected):
    assert numbers(logs.filter_log_events(logGroupName=group, filterPattern=pattern)) == expected


@pytest.mark.parametrize("pattern, words", [
    ("a@b", "Invalid filter pattern: Invalid character(s) in term 'a@b'"),
    ("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'"),
    ("{ $.a ~ 1 }", "Invalid filter pattern"), ('"open', "Invalid filter pattern")])
def test_bad_patterns_are_refused(logs, group, pattern, words):
    assert refused("InvalidParameterException", logs.filter_log_events, logGroupName=group,
                   filterPattern=pattern) == words


def test_patterns_end_at_1024_characters_and_lack_regular_expressions(logs, group):
    assert logs.filter_log_events(logGroupName=group, filterPattern="a" * 1024)["events"] == []
    assert "less than or equal to 1024" in refused("InvalidParameterException", logs.filter_log_events,
                                                   logGroupName=group, filterPattern="a" * 1025)
    assert "regular expressions" in refused("NotImplementedException", logs.filter_log_events, status=501,
                                            logGroupName=group, filterPattern="%ERR.*%")


@pytest.mark.parametrize("arguments, expected", [
    ({}, list(range(9))), ({"startFromHead": False}, list(range(8, -1, -1))),
    ({"filterPattern": "{ $.n > 1 && $.n < 7 }"}, [2, 3, 4, 5, 6]),
    ({"logStreamNames": ["job"]}, [2, 5, 8])])
@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_filtering_gives_pages(logs, group, three_streams, arguments, expected, size):
    pages = list(logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, PaginationConfig={"PageSize": size}, **arguments))
    assert [n for page in pages for n in numbers(page)] == expected
    assert all(len(page["events"]) <= size for page in pages)


def test_filtering_pages_hold_ten_thousand_events_or_a_mebibyte(logs, stream, group):
    put(logs, stream, *["m"] * 10000, at=now() - 30000)
    put(logs, stream, "last")
    pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=group))
    assert [len(page["events"]) for page in pages] == [10000, 1]
    for i in range(3):
        put(logs, stream, "big" + str(i) * 400000)
    pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="big"))
    assert [len(page["events"]) for page in pages] == [2, 1]


def test_filtering_refuses_bad_parameters(logs, group):
    refused("ResourceNotFoundException", logs.filter_log_events, logGroupName=group + "x")
    refused("InvalidParameterException", logs.filter_log_events)
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=group, logGroupIdentifier=group)
    assert refused("InvalidParameterException", logs.filter_log_events, logGroupName=group, nextToken="junk") == (
        "The specified nextToken is invalid.")
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=group, limit=10001)


# --- the service ----------------------------------------------------------------------------


def test_an_operation_that_florin_lacks_is_named(logs, group):
    message = refused("NotImplementedException", logs.put_retention_policy, status=501, logGroupName=group,
                      retentionInDays=7)
    assert "logs:PutRetentionPolicy" in message


def test_accounts_and_regions_see_their_own_groups(logs, group):
    elsewhere = boto3.client("logs", region_name="eu-west-1")
    assert elsewhere.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
    other = boto3.client("logs", aws_access_key_id="111111111111", aws_secret_access_key="test")
    assert other.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
    refused("ResourceNotFoundException", other.create_log_stream, logGroupName=group, logStreamName="s")
