"""CloudWatch metrics: every operation with its errors, limits and pages, in all three protocols.

boto3 drives most of it; `send` writes and signs a request in any protocol of the model, with values
that boto3 would refuse to send.
"""
import datetime
import gzip
import math
import os
import urllib.parse
import uuid

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession
import botocore.parsers
import botocore.serialize
import botocore.session
import pytest
from botocore.exceptions import ClientError

PROTOCOLS = ["smithy-rpc-v2-cbor", "json", "query"]
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def cloudwatch(endpoint, credentials):
    return boto3.client("cloudwatch")


@pytest.fixture
def namespace():
    return f"Test/{uuid.uuid4()}"


@pytest.fixture
def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert (error["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)
    return error["Message"]


def send(protocol, operation, parameters, change=None):
    """Status, parsed answer and raw HTTP answer of one call in the given protocol."""
    model = botocore.session.get_session().get_service_model("cloudwatch")
    operation_model = model.operation_model(operation)
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    serialized = serializer.serialize_to_request(parameters, operation_model)
    if protocol == "query" and isinstance(serialized["body"], dict):
        serialized["body"] = urllib.parse.urlencode(serialized["body"])
    if change:
        change(serialized)
    url = os.environ["AWS_ENDPOINT_URL"].rstrip("/") + serialized["url_path"]
    request = botocore.awsrequest.AWSRequest(serialized["method"], url, headers=serialized["headers"],
                                             data=serialized["body"])
    key = botocore.credentials.Credentials("test", "test")
    botocore.auth.SigV4Auth(key, "monitoring", "us-east-1").add_auth(request)
    answer = botocore.httpsession.URLLib3Session().send(request.prepare())
    parsed = botocore.parsers.create_parser(protocol).parse(
        {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content},
        operation_model.output_shape)
    return answer.status_code, parsed, answer


def put(cloudwatch, namespace, *data, name="m"):
    cloudwatch.put_metric_data(Namespace=namespace,
                               MetricData=[{"MetricName": name, **datum} for datum in data])


def statistics(cloudwatch, namespace, now, **arguments):
    wanted = {"Namespace": namespace, "MetricName": "m", "StartTime": now - 60 * MINUTE,
              "EndTime": now + MINUTE, "Period": 60, "Statistics": ["Sum"], **arguments}
    if "ExtendedStatistics" in arguments and "Statistics" not in arguments:
        del wanted["Statistics"]
    return cloudwatch.get_metric_statistics(**wanted)["Datapoints"]


def query(namespace, id="q", name="m", period=60, stat="Sum", dimensions=(), **more):
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": list(dimensions)}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


# --- PutMetricData --------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_protocols_put_list_and_read_the_same(protocol, namespace, now):
    at = now - 5 * MINUTE
    dimensions = [{"Name": "Stage", "Value": "prod"}, {"Name": "Api", "Value": "a&b=c d"}]
    status, _, answer = send(protocol, "PutMetricData", {"Namespace": namespace, "MetricData": [
        {"MetricName": "m", "Value": 1.5, "Timestamp": at, "Unit": "Count", "Dimensions": dimensions},
        {"MetricName": "m", "Values": [2.5, 4.0], "Counts": [2.0, 1.0], "Timestamp": at,
         "Unit": "Count", "Dimensions": dimensions}]})
    assert status == 200 and answer.headers["x-amzn-RequestId"]
    status, listed, _ = send(protocol, "ListMetrics", {"Namespace": namespace})
    assert status == 200
    assert listed["Metrics"] == [{"Namespace": namespace, "MetricName": "m", "Dimensions": [
        {"Name": "Api", "Value": "a&b=c d"}, {"Name": "Stage", "Value": "prod"}]}]
    _, read, _ = send(protocol, "GetMetricStatistics", {
        "Namespace": namespace, "MetricName": "m", "Dimensions": dimensions, "Period": 60,
        "StartTime": at, "EndTime": now, "Statistics": ["Sum", "Maximum", "SampleCount"]})
    assert read["Label"] == "m"
    assert read["Datapoints"] == [{"Timestamp": at, "Sum": 10.5, "Maximum": 4.0, "SampleCount": 4.0,
                                   "Unit": "Count"}]
    _, read, _ = send(protocol, "GetMetricStatistics", {
        "Namespace": namespace, "MetricName": "m", "Dimensions": dimensions, "Period": 60,
        "StartTime": at, "EndTime": now, "ExtendedStatistics": ["p50", "p100"]})
    assert read["Datapoints"][0]["ExtendedStatistics"] == {"p50": 2.5, "p100": 4.0}
    _, read, _ = send(protocol, "GetMetricData", {
        "MetricDataQueries": [query(namespace, dimensions=dimensions, Label="mine")],
        "StartTime": at, "EndTime": now})
    assert read["MetricDataResults"] == [{"Id": "q", "Label": "mine", "Timestamps": [at],
                                          "Values": [10.5], "StatusCode": "Complete"}]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_protocols_name_an_error_alike(protocol, namespace):
    status, parsed, answer = send(protocol, "PutMetricData", {
        "Namespace": namespace, "MetricData": [{"MetricName": "m", "Value": 1.0, "Unit": "Bogus"}]})
    assert status == 400 and parsed["Error"]["Code"] == "InvalidParameterValue"
    assert parsed["Error"]["Message"].startswith(
        "The parameter MetricData.member.1.Unit must be a value in the set [ Seconds, ")
    if protocol != "query":
        assert answer.headers["x-amzn-query-error"] == "InvalidParameterValue;Sender"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2.0**360 * 1.001, -1e200])
def test_values_out_of_range_are_refused(protocol, value, namespace):
    status, parsed, _ = send(protocol, "PutMetricData", {
        "Namespace": namespace, "MetricData": [{"MetricName": "m", "Value": value}]})
    assert status == 400 and parsed["Error"]["Code"] == "InvalidParameterValue"
    assert "for parameter MetricData.member.1.Value is invalid." in parsed["Error"]["Message"]
    if math.isnan(value):
        assert parsed["Error"]["Message"].startswith("The value NaN ")


def test_the_largest_values_are_taken(cloudwatch, namespace, now):
    put(cloudwatch, namespace, {"Value": 2.0**360}, {"Value": -(2.0**360)})
    read = statistics(cloudwatch, namespace, now, Statistics=["Maximum", "Minimum"])
    assert (read[0]["Maximum"], read[0]["Minimum"]) == (2.0**360, -(2.0**360))


def test_a_missing_member_is_told_by_its_path(namespace):
    for parameters, path in [({}, "Namespace"),
                             ({"Namespace": namespace}, "MetricData"),
                             ({"Namespace": namespace, "MetricData": [{"Value": 1.0}]},
                              "MetricData.member.1.MetricName"),
                             ({"Namespace": namespace, "MetricData": [
                                 {"MetricName": "m", "Value": 1.0, "Dimensions": [{"Name": "a"}]}]},
                              "MetricData.member.1.Dimensions.member.1.Value")]:
        status, parsed, _ = send("json", "PutMetricData", parameters)
        assert (status, parsed["Error"]["Code"]) == (400, "MissingParameter")
        assert parsed["Error"]["Message"] == f"The parameter {path} is required."


def test_every_problem_is_told_on_a_line_of_its_own(cloudwatch, namespace):
    message = refused("InvalidParameterValue", cloudwatch.put_metric_data, Namespace=namespace,
                      MetricData=[{"MetricName": "m", "Value": 1, "StorageResolution": 30},
                                  {"MetricName": "m", "Value": 1},
                                  {"MetricName": "\u00fc", "Value": 1}])
    assert message.splitlines() == [
        "The parameter MetricData.member.1.StorageResolution must be a value in the set [ 1, 60 ].",
        "The value for parameter MetricData.member.3.MetricName contains non-ASCII characters."]


@pytest.mark.parametrize("datum, code, words", [
    ({}, "MissingParameter", "At least one of the parameters"),
    ({"Value": 1, "Values": [1]}, "InvalidParameterCombination", "Value and MetricData.member.1.Values"),
    ({"Value": 1, "StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 1, "Maximum": 1}},
     "InvalidParameterCombination",
     "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually "
     "exclusive and you have specified both."),
    ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue", "must be of the same size"),
    ({"Values": [1], "Counts": [0]}, "InvalidParameterValue",
     "The parameter MetricData.member.1.Counts.member.1 must be greater than 0."),
    ({"StatisticValues": {"SampleCount": 0, "Sum": 1, "Minimum": 1, "Maximum": 1}},
     "InvalidParameterValue",
     "The parameter MetricData.member.1.StatisticValues.SampleCount must be greater than 0."),
    ({"StatisticValues": {"SampleCount": 2, "Sum": 1, "Minimum": 2, "Maximum": 1}},
     "InvalidParameterValue", "must be greater than or equal to"),
    ({"Value": 1, "Dimensions": [{"Name": "a", "Value": "1"}, {"Name": "a", "Value": "2"}]},
     "InvalidParameterValue", "is the name of another dimension"),
    ({"Value": 1, "Dimensions": [{"Name": ":a", "Value": "1"}]}, "InvalidParameterValue", "colon"),
    ({"Value": 1, "Dimensions": [{"Name": "a", "Value": "\u00e9"}]}, "InvalidParameterValue",
     "The value for parameter MetricData.member.1.Dimensions.member.1.Value contains non-ASCII"),
    ({"Value": 1, "Dimensions": [{"Name": "a", "Value": " "}]}, "InvalidParameterValue", "blank"),
])
def test_bad_data_are_refused(cloudwatch, namespace, datum, code, words):
    assert words in refused(code, cloudwatch.put_metric_data, Namespace=namespace,
                            MetricData=[{"MetricName": "m", **datum}])
    assert cloudwatch.list_metrics(Namespace=namespace)["Metrics"] == []


@pytest.mark.parametrize("offset, accepted", [
    (datetime.timedelta(days=-14, minutes=1), True), (datetime.timedelta(days=-14, minutes=-1), False),
    (datetime.timedelta(hours=2, minutes=-1), True), (datetime.timedelta(hours=2, minutes=1), False)])
def test_timestamps_reach_two_weeks_back_and_two_hours_ahead(cloudwatch, namespace, offset, accepted):
    at = datetime.datetime.now(datetime.timezone.utc) + offset
    data = [{"MetricName": "m", "Value": 1, "Timestamp": at}]
    if accepted:
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
        return
    words = "within the past two weeks" if offset.days < 0 else "no more than two hours in the future"
    assert words in refused("InvalidParameterValue", cloudwatch.put_metric_data,
                            Namespace=namespace, MetricData=data)


def test_collections_end_at_their_limits(cloudwatch, namespace):
    def data(count, **more):
        return [{"MetricName": "m", "Value": 1, **more}] * count

    def dimensions(count):
        return [{"Name": f"n{i}", "Value": "v"} for i in range(count)]

    cloudwatch.put_metric_data(Namespace=namespace, MetricData=data(1000))
    assert refused("InvalidParameterValue", cloudwatch.put_metric_data, Namespace=namespace,
                   MetricData=data(1001)) == "The collection MetricData must not have a size greater than 1000."
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=data(1, Dimensions=dimensions(30)))
    assert refused("InvalidParameterValue", cloudwatch.put_metric_data, Namespace=namespace,
                   MetricData=data(1, Dimensions=dimensions(31))) == (
        "The collection MetricData.member.1.Dimensions must not have a size greater than 30.")
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "m", "Values": [1] * 150}])
    assert refused("InvalidParameterValue", cloudwatch.put_metric_data, Namespace=namespace,
                   MetricData=[{"MetricName": "m", "Values": [1] * 151}]) == (
        "The collection MetricData.member.1.Values must not have a size greater than 150.")


def test_names_end_at_their_limits(cloudwatch, namespace):
    def data(name="m", dimension="d", value="v"):
        return [{"MetricName": name, "Value": 1, "Dimensions": [{"Name": dimension, "Value": value}]}]

    put_data = cloudwatch.put_metric_data
    put_data(Namespace=namespace, MetricData=data("n" * 255, "d" * 255, "v" * 1024))
    for bad, words in [(data(name="n" * 256), "MetricData.member.1.MetricName must be shorter than 256"),
                       (data(dimension="d" * 256), "Dimensions.member.1.Name must be shorter than 256"),
                       (data(value="v" * 1025), "Dimensions.member.1.Value must be shorter than 1025")]:
        assert words in refused("InvalidParameterValue", put_data, Namespace=namespace, MetricData=bad)
    put_data(Namespace="N" * 255, MetricData=data())
    assert "Namespace must be shorter than 256 characters." in refused(
        "InvalidParameterValue", put_data, Namespace="N" * 256, MetricData=data())
    assert "pattern [^:].*" in refused("InvalidParameterValue", put_data, Namespace=":x", MetricData=data())
    assert refused("InvalidParameterValue", put_data, Namespace="AWS/EC2", MetricData=data()) == (
        "The value AWS/ for parameter Namespace is invalid.")


def test_nothing_of_a_refused_request_is_kept(cloudwatch, namespace):
    refused("InvalidParameterValue", cloudwatch.put_metric_data, Namespace=namespace,
            MetricData=[{"MetricName": "good", "Value": 1}, {"MetricName": "bad", "Value": math.nan}])
    assert cloudwatch.list_metrics(Namespace=namespace)["Metrics"] == []


def test_entities_are_refused_as_not_implemented(cloudwatch, namespace):
    with pytest.raises(ClientError) as caught:
        cloudwatch.put_metric_data(Namespace=namespace, EntityMetricData=[
            {"MetricData": [{"MetricName": "m", "Value": 1}]}])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "EntityMetricData" in caught.value.response["Error"]["Message"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_compressed_body_is_read(protocol, namespace, cloudwatch):
    def compress(request):
        body = request["body"] if isinstance(request["body"], bytes) else request["body"].encode()
        request["body"] = gzip.compress(body)
        request["headers"]["Content-Encoding"] = "gzip"

    def spoil(request):
        compress(request)
        request["body"] = request["body"][:-4]

    parameters = {"Namespace": namespace, "MetricData": [{"MetricName": "m", "Value": 7.0}]}
    status, parsed, _ = send(protocol, "PutMetricData", parameters, spoil)
    assert status == 400 and "gzip" in parsed["Error"]["Message"]
    assert send(protocol, "PutMetricData", parameters, compress)[0] == 200
    assert len(cloudwatch.list_metrics(Namespace=namespace)["Metrics"]) == 1


# --- ListMetrics ----------------------------------------------------------------------------


def test_list_filters_by_name_and_dimensions(cloudwatch, namespace):
    for name, stage in [("a", "prod"), ("a", "test"), ("b", "prod")]:
        put(cloudwatch, namespace, {"Value": 1, "Dimensions": [{"Name": "Stage", "Value": stage},
                                                               {"Name": "Api", "Value": "x"}]}, name=name)
    put(cloudwatch, namespace, {"Value": 1}, name="a")

    def count(**arguments):
        return len(cloudwatch.list_metrics(Namespace=namespace, **arguments)["Metrics"])

    assert count() == 4
    assert count(MetricName="a") == 3
    assert count(MetricName="c") == 0
    assert count(Dimensions=[{"Name": "Stage"}]) == 3
    assert count(Dimensions=[{"Name": "Stage", "Value": "prod"}]) == 2
    assert count(Dimensions=[{"Name": "Stage", "Value": "prod"}, {"Name": "Api"}], MetricName="a") == 1
    assert count(Dimensions=[{"Name": "Nothing"}]) == 0
    assert count(RecentlyActive="PT3H") == 4
    assert count(OwningAccount="999999999999", IncludeLinkedAccounts=True) == 0
    own = cloudwatch.list_metrics(Namespace=namespace, MetricName="b", IncludeLinkedAccounts=True)
    assert own["OwningAccounts"] == ["000000000000"]


def test_list_knows_an_order_of_dimensions_as_one_metric(cloudwatch, namespace):
    pair = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    put(cloudwatch, namespace, {"Value": 1, "Dimensions": pair}, {"Value": 1, "Dimensions": pair[::-1]})
    assert len(cloudwatch.list_metrics(Namespace=namespace)["Metrics"]) == 1


def test_list_gives_pages_of_500(cloudwatch, namespace):
    def more(first, count):
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[
            {"MetricName": f"m{i}", "Value": 1} for i in range(first, first + count)])

    more(0, 500)
    assert "NextToken" not in cloudwatch.list_metrics(Namespace=namespace)
    more(500, 501)
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace))
    assert [len(page["Metrics"]) for page in pages] == [500, 500, 1]
    assert len({m["MetricName"] for page in pages for m in page["Metrics"]}) == 1001


def test_list_refuses_bad_parameters(cloudwatch, namespace):
    assert "NextToken" in refused("InvalidParameterValue", cloudwatch.list_metrics, NextToken="junk")
    assert "set [ PT3H ]" in refused("InvalidParameterValue", cloudwatch.list_metrics, RecentlyActive="PT1H")
    ten = [{"Name": f"n{i}"} for i in range(10)]
    assert cloudwatch.list_metrics(Namespace=namespace, Dimensions=ten)["Metrics"] == []
    assert "size greater than 10" in refused("InvalidParameterValue", cloudwatch.list_metrics,
                                             Dimensions=ten + [{"Name": "one"}])


# --- GetMetricStatistics --------------------------------------------------------------------


def test_statistics_of_values_with_counts(cloudwatch, namespace, now):
    put(cloudwatch, namespace, {"Values": [10, 20, 30], "Counts": [1, 2, 1], "Timestamp": now},
        {"Value": 40, "Timestamp": now},
        {"StatisticValues": {"SampleCount": 5, "Sum": 50, "Minimum": 5, "Maximum": 15}, "Timestamp": now})
    read = statistics(cloudwatch, namespace, now,
                      Statistics=["SampleCount", "Sum", "Average", "Minimum", "Maximum"])
    assert read == [{"Timestamp": now, "SampleCount": 10, "Sum": 170, "Average": 17, "Minimum": 5,
                     "Maximum": 40, "Unit": "None"}]


def test_periods_count_from_the_start_rounded_down_to_a_minute(cloudwatch, namespace, now):
    for minutes in (10, 9, 6, 5, 1):
        put(cloudwatch, namespace, {"Value": minutes, "Timestamp": now - minutes * MINUTE})
    start = now - 10 * MINUTE + datetime.timedelta(seconds=59)
    read = statistics(cloudwatch, namespace, now, StartTime=start, EndTime=now, Period=300)
    assert [(d["Timestamp"], d["Sum"]) for d in read] == [(now - 10 * MINUTE, 25), (now - 5 * MINUTE, 6)]


def test_start_is_inclusive_and_end_exclusive(cloudwatch, namespace, now):
    for minutes in (3, 2, 1):
        put(cloudwatch, namespace, {"Value": minutes, "Timestamp": now - minutes * MINUTE})
    read = statistics(cloudwatch, namespace, now, StartTime=now - 3 * MINUTE, EndTime=now - MINUTE)
    assert [d["Sum"] for d in read] == [3, 2]


def test_high_resolution_keeps_seconds_and_standard_rounds_to_minutes(cloudwatch, namespace, now):
    second = datetime.timedelta(seconds=1)
    for resolution, name in ((1, "fine"), (60, "coarse")):
        put(cloudwatch, namespace, *[{"Value": i, "Timestamp": now - MINUTE + i * second,
                                      "StorageResolution": resolution} for i in (1, 2, 7)], name=name)
    span = {"StartTime": now - MINUTE, "EndTime": now}
    fine = statistics(cloudwatch, namespace, now, MetricName="fine", Period=5, **span)
    assert [(d["Timestamp"], d["Sum"]) for d in fine] == [(now - MINUTE, 3), (now - MINUTE + 5 * second, 7)]
    one = statistics(cloudwatch, namespace, now, MetricName="fine", Period=1, **span)
    assert [d["Sum"] for d in one] == [1, 2, 7]
    coarse = statistics(cloudwatch, namespace, now, MetricName="coarse", Period=5, **span)
    assert [(d["Timestamp"], d["Sum"]) for d in coarse] == [(now - MINUTE, 10)]


def test_fine_periods_reach_three_hours_back(cloudwatch, namespace, now):
    old = now - 4 * 60 * MINUTE
    put(cloudwatch, namespace, {"Value": 1, "Timestamp": old, "StorageResolution": 1})
    span = {"StartTime": old, "EndTime": old + MINUTE}
    assert statistics(cloudwatch, namespace, now, Period=1, **span) == []
    assert len(statistics(cloudwatch, namespace, now, Period=60, **span)) == 1


def test_units_are_told_apart(cloudwatch, namespace, now):
    put(cloudwatch, namespace, {"Value": 1, "Unit": "Seconds"}, {"Value": 2, "Unit": "Milliseconds"},
        {"Value": 4, "Unit": "Seconds"})
    both = statistics(cloudwatch, namespace, now, Period=3600)
    assert sorted((d["Unit"], d["Sum"]) for d in both) == [("Milliseconds", 2), ("Seconds", 5)]
    one = statistics(cloudwatch, namespace, now, Period=3600, Unit="Milliseconds")
    assert [(d["Unit"], d["Sum"]) for d in one] == [("Milliseconds", 2)]
    assert statistics(cloudwatch, namespace, now, Unit="Bytes") == []


def test_a_set_of_dimensions_is_a_metric_of_its_own(cloudwatch, namespace, now):
    pair = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    put(cloudwatch, namespace, {"Value": 1, "Dimensions": pair}, {"Value": 10})
    assert statistics(cloudwatch, namespace, now, Dimensions=pair[::-1])[0]["Sum"] == 1
    assert statistics(cloudwatch, namespace, now)[0]["Sum"] == 10
    assert statistics(cloudwatch, namespace, now, Dimensions=pair[:1]) == []


def test_percentiles(cloudwatch, namespace, now):
    at = now - 10 * MINUTE
    put(cloudwatch, namespace, {"Values": list(range(1, 101)), "Timestamp": at})
    read = statistics(cloudwatch, namespace, now, ExtendedStatistics=["p0", "p50", "p90", "p99", "p99.9"])
    assert read == [{"Timestamp": at, "Unit": "None", "ExtendedStatistics": {
        "p0": 1, "p50": 50, "p90": 90, "p99": 99, "p99.9": 100}}]
    put(cloudwatch, namespace, {"Value": -1, "Timestamp": at})
    assert statistics(cloudwatch, namespace, now, ExtendedStatistics=["p50"]) == []
    assert statistics(cloudwatch, namespace, now, Statistics=["Minimum"])[0]["Minimum"] == -1


def test_percentiles_need_known_samples(cloudwatch, namespace, now):
    uniform = {"SampleCount": 4, "Sum": 20, "Minimum": 5, "Maximum": 5}
    spread = {"SampleCount": 4, "Sum": 20, "Minimum": 1, "Maximum": 9}
    put(cloudwatch, namespace, {"StatisticValues": uniform, "Timestamp": now - 2 * MINUTE},
        {"StatisticValues": spread, "Timestamp": now - MINUTE})
    read = statistics(cloudwatch, namespace, now, ExtendedStatistics=["p90"])
    assert [(d["Timestamp"], d["ExtendedStatistics"]) for d in read] == [(now - 2 * MINUTE, {"p90": 5})]


def test_1440_data_points_are_the_most(cloudwatch, namespace, now):
    span = {"StartTime": now - 1440 * MINUTE, "EndTime": now}
    assert statistics(cloudwatch, namespace, now, **span) == []
    span["StartTime"] -= MINUTE
    with pytest.raises(ClientError) as caught:
        statistics(cloudwatch, namespace, now, **span)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterCombination"
    assert caught.value.response["Error"]["Message"] == (
        "You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the "
        "datapoints requested by increasing Period, or decreasing the time range.")


@pytest.mark.parametrize("change, code, words", [
    ({"Statistics": None}, "MissingParameter", "either Statistics or ExtendedStatistics"),
    ({"ExtendedStatistics": ["p50"]}, "InvalidParameterCombination", "but not both"),
    ({"Statistics": None, "ExtendedStatistics": ["p101"]}, "InvalidParameterValue",
     "The value p101 for parameter ExtendedStatistics.member.1 is not a valid statistic."),
    ({"Statistics": None, "ExtendedStatistics": ["Sum"]}, "InvalidParameterValue", "not a valid statistic"),
    ({"Statistics": ["Median"]}, "InvalidParameterValue",
     "The parameter Statistics.member.1 must be a value in the set [ SampleCount, Average,"),
    ({"Period": 90}, "InvalidParameterValue", "The parameter Period must be"),
    ({"EndTime": "start"}, "InvalidParameterValue", "StartTime must not equal parameter EndTime."),
    ({"EndTime": "before"}, "InvalidParameterValue", "StartTime must be less than the parameter EndTime."),
    ({"Statistics": ["Sum"] * 6}, "InvalidParameterValue", "Statistics must not have a size greater than 5"),
    ({"Unit": "Meters"}, "InvalidParameterValue", "The parameter Unit must be a value in the set"),
])
def test_statistics_refuse_bad_parameters(cloudwatch, namespace, now, change, code, words):
    wanted = {"Namespace": namespace, "MetricName": "m", "StartTime": now - MINUTE, "EndTime": now,
              "Period": 60, "Statistics": ["Sum"], **change}
    wanted["EndTime"] = {"start": now - MINUTE, "before": now - 2 * MINUTE}.get(change.get("EndTime"), now)
    wanted = {name: value for name, value in wanted.items() if value is not None}
    assert words in refused(code, cloudwatch.get_metric_statistics, **wanted)


def test_statistics_refuse_a_period_of_nothing(namespace, now):
    status, parsed, _ = send("json", "GetMetricStatistics", {
        "Namespace": namespace, "MetricName": "m", "StartTime": now - MINUTE, "EndTime": now, "Period": 0,
        "Statistics": ["Sum"]})
    assert (status, parsed["Error"]["Code"]) == (400, "InvalidParameterValue")
    assert parsed["Error"]["Message"] == "The parameter Period must be greater than or equal to 1."


@pytest.mark.parametrize("member", ["Namespace", "MetricName", "StartTime", "EndTime", "Period"])
def test_statistics_miss_each_required_parameter(namespace, now, member):
    wanted = {"Namespace": namespace, "MetricName": "m", "StartTime": now - MINUTE, "EndTime": now,
              "Period": 60, "Statistics": ["Sum"]}
    del wanted[member]
    status, parsed, _ = send("query", "GetMetricStatistics", wanted)
    assert (status, parsed["Error"]["Code"]) == (400, "MissingParameter")
    assert parsed["Error"]["Message"] == f"The parameter {member} is required."


def test_statistics_that_florin_lacks_are_named(cloudwatch, namespace, now):
    with pytest.raises(ClientError) as caught:
        statistics(cloudwatch, namespace, now, ExtendedStatistics=["tm90"])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "tm90" in caught.value.response["Error"]["Message"]


# --- GetMetricData --------------------------------------------------------------------------


def test_metric_data_scans_newest_first_unless_told(cloudwatch, namespace, now):
    for minutes in (3, 2, 1):
        put(cloudwatch, namespace, {"Value": minutes, "Timestamp": now - minutes * MINUTE})
    span = {"StartTime": now - 5 * MINUTE, "EndTime": now, "MetricDataQueries": [query(namespace)]}
    newest = cloudwatch.get_metric_data(**span)["MetricDataResults"][0]
    assert newest["Values"] == [1, 2, 3] and newest["Label"] == "m"
    assert newest["Timestamps"][0] == now - MINUTE and newest["StatusCode"] == "Complete"
    oldest = cloudwatch.get_metric_data(ScanBy="TimestampAscending", **span)["MetricDataResults"][0]
    assert oldest["Values"] == [3, 2, 1]


def test_metric_data_answers_each_query_that_returns_data(cloudwatch, namespace, now):
    put(cloudwatch, namespace, {"Values": [1, 2, 3, 4]}, {"Value": 9, "Unit": "Bytes"})
    answer = cloudwatch.get_metric_data(StartTime=now - MINUTE, EndTime=now + 2 * MINUTE, MetricDataQueries=[
        query(namespace, "sum"), query(namespace, "hidden", ReturnData=False),
        query(namespace, "p", stat="p75", period=3600, Label="upper"), query(namespace, "none", name="nothing")])
    assert answer["Messages"] == []
    results = {r["Id"]: r for r in answer["MetricDataResults"]}
    assert list(results) == ["sum", "p", "none"]
    assert results["sum"]["Values"] == [19] and results["p"]["Values"] == [4]
    assert results["p"]["Label"] == "upper" and results["none"]["Values"] == []
    with_unit = query(namespace)
    with_unit["MetricStat"]["Unit"] = "Bytes"
    answer = cloudwatch.get_metric_data(StartTime=now - MINUTE, EndTime=now + 2 * MINUTE,
                                        MetricDataQueries=[with_unit])
    assert answer["MetricDataResults"][0]["Values"] == [9]


def test_metric_data_gives_pages(cloudwatch, namespace, now):
    for minutes in range(1, 8):
        put(cloudwatch, namespace, {"Value": minutes, "Timestamp": now - minutes * MINUTE})
        put(cloudwatch, namespace, {"Value": 10 * minutes, "Timestamp": now - minutes * MINUTE}, name="n")
    span = {"StartTime": now - 10 * MINUTE, "EndTime": now,
            "MetricDataQueries": [query(namespace, "a"), query(namespace, "b", name="n")]}
    first = cloudwatch.get_metric_data(MaxDatapoints=3, **span)
    assert [(r["Id"], r["StatusCode"]) for r in first["MetricDataResults"]] == [("a", "PartialData")]
    pages = list(cloudwatch.get_paginator("get_metric_data").paginate(
        PaginationConfig={"PageSize": 3}, **span))
    values = {"a": [], "b": []}
    for page in pages:
        for result in page["MetricDataResults"]:
            values[result["Id"]] += result["Values"]
    assert values == {"a": list(range(1, 8)), "b": list(range(10, 80, 10))}
    assert [sum(len(r["Values"]) for r in page["MetricDataResults"]) for page in pages] == [3, 3, 3, 3, 2]
    assert "NextToken" not in cloudwatch.get_metric_data(MaxDatapoints=14, **span)
    refused("InvalidNextToken", cloudwatch.get_metric_data, NextToken="junk", **span)


@pytest.mark.parametrize("change, words", [
    ({"Id": "5xx"}, "The value 5xx for parameter MetricDataQueries.member.1.Id is not matching the expected "
                    "pattern ^[a-z][a-zA-Z0-9_]*$."),
    ({"Id": "Upper"}, "is not matching the expected pattern"),
    ({"stat": "None"}, "The value None for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid "
                       "statistic."),
    ({"period": 7}, "MetricDataQueries.member.1.MetricStat.Period"),
    ({"Expression": "q"}, "are mutually exclusive and you have specified both."),
    ({"Label": "${MAX}"}, "dynamic labels"),
    ({"AccountId": "999999999999"}, "999999999999"),
    ({"ReturnData": False}, "ReturnData"),
])
def test_metric_data_refuses_bad_queries(cloudwatch, namespace, now, change, words):
    changed = {name: change.pop(name) for name in list(change) if name in ("stat", "period")}
    one = {**query(namespace, **changed), **change}
    assert words in refused("ValidationError", cloudwatch.get_metric_data, MetricDataQueries=[one],
                            StartTime=now - MINUTE, EndTime=now)


def test_metric_data_refuses_bad_requests(cloudwatch, namespace, now):
    def refuse(**change):
        wanted = {"MetricDataQueries": [query(namespace)], "StartTime": now - MINUTE, "EndTime": now, **change}
        return refused("ValidationError", cloudwatch.get_metric_data, **wanted)

    assert refuse(EndTime=now - MINUTE) == "The parameter StartTime must not equal parameter EndTime."
    assert refuse(EndTime=now - 2 * MINUTE) == "The parameter StartTime must be less than the parameter EndTime."
    assert "are not unique" in refuse(MetricDataQueries=[query(namespace), query(namespace)])
    assert "is required" in refuse(MetricDataQueries=[])
    assert "must be specified" in refuse(MetricDataQueries=[{"Id": "q"}])
    assert "Florin does not compute metric math" in refuse(MetricDataQueries=[{"Id": "q", "Expression": "SUM(a)"}])
    assert "MaxDatapoints" in refuse(MaxDatapoints=0)
    assert "MaxDatapoints" in refuse(MaxDatapoints=100801)
    assert refuse(MetricDataQueries=[query(namespace, f"q{i}") for i in range(501)]) == (
        "The collection MetricDataQueries must not have a size greater than 500.")
    most = [query(namespace, f"q{i}") for i in range(500)]
    answer = cloudwatch.get_metric_data(MetricDataQueries=most, StartTime=now - MINUTE, EndTime=now)
    assert len(answer["MetricDataResults"]) == 500


def test_metric_data_misses_what_is_required(namespace, now):
    status, parsed, _ = send("json", "GetMetricData", {"MetricDataQueries": [
        {"Id": "q", "MetricStat": {"Metric": {}, "Period": 60}}], "StartTime": now - MINUTE, "EndTime": now})
    assert (status, parsed["Error"]["Code"]) == (400, "ValidationError")
    assert parsed["Error"]["Message"] == "The parameter MetricDataQueries.member.1.MetricStat.Stat is required."


# --- the service ----------------------------------------------------------------------------


def test_an_operation_that_florin_lacks_is_named(cloudwatch):
    with pytest.raises(ClientError) as caught:
        cloudwatch.describe_alarms()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "cloudwatch:DescribeAlarms" in caught.value.response["Error"]["Message"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_malformed_body_is_refused(protocol, namespace):
    def spoil(request):
        request["body"] = {"query": "Action=PutMetricData&Version=2010-08-01&Namespace=%zz",
                           "json": '{"Namespace":', "smithy-rpc-v2-cbor": b"\xbf\x61"}[protocol]

    status, parsed, _ = send(protocol, "PutMetricData", {"Namespace": namespace}, spoil)
    assert status == 400 and parsed["Error"]["Code"]


def test_a_wrong_secret_is_refused_as_the_query_protocol_does(endpoint):
    client = boto3.client("cloudwatch", aws_access_key_id="test", aws_secret_access_key="wrong")
    with pytest.raises(ClientError) as caught:
        client.list_metrics()
    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_accounts_and_regions_see_their_own_metrics(cloudwatch, namespace):
    put(cloudwatch, namespace, {"Value": 1})
    elsewhere = boto3.client("cloudwatch", region_name="eu-west-1")
    assert elsewhere.list_metrics(Namespace=namespace)["Metrics"] == []
    other = boto3.client("cloudwatch", aws_access_key_id="111111111111", aws_secret_access_key="test")
    assert other.list_metrics(Namespace=namespace)["Metrics"] == []
