"""What the tests across services know of each one. A service that is built is picked up by itself.

The errors' codes and statuses are those of the two families of AWS services; see
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""
import dataclasses
import json
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]

JSON_FAMILY = {"missing": ("MissingAuthenticationTokenException", 400),
               "incomplete": ("IncompleteSignatureException", 400),
               "unknown key": ("UnrecognizedClientException", 400),
               "mismatch": ("InvalidSignatureException", 400)}
QUERY_FAMILY = {"missing": ("MissingAuthenticationToken", 403),
                "incomplete": ("IncompleteSignature", 400),
                "unknown key": ("InvalidClientTokenId", 403),
                "mismatch": ("SignatureDoesNotMatch", 403)}


@dataclasses.dataclass(frozen=True)
class Facts:
    name: str
    refusals: dict          # of the signature: what went wrong -> code, status
    skew_minutes: int       # how far a date may be off
    probe: str              # an operation that succeeds with no parameters and changes nothing
    wrong_type: tuple = ()  # operation, parameters of which one has the wrong JSON type
    missing: tuple = ()     # operation, parameters without one that the model requires

    @property
    def model(self):
        return json.loads((TOP / f"emulator/model/aws/{self.name}.json").read_text())

    @property
    def implemented(self):
        """The operations of the service's .ops file."""
        text = (TOP / f"emulator/services/{self.name}/{self.name}.ops").read_text()
        return re.findall(r"^(\w+)\s+(?:read|write|plain)\b", text, re.MULTILINE)

    @property
    def refused(self):
        """The operations that AWS has and Florin lacks."""
        return sorted(set(self.model["operations"]) - set(self.implemented))


ALL = [
    Facts("sts", QUERY_FAMILY, 15, "GetCallerIdentity"),
    Facts("kms", JSON_FAMILY, 5, "ListKeys", ("ListKeys", {"Limit": "ten"}), ("DescribeKey", {})),
    Facts("dynamodb", JSON_FAMILY, 15, "ListTables", ("ListTables", {"Limit": "ten"}),
          ("DescribeTable", {})),
    Facts("dynamodbstreams", JSON_FAMILY, 15, "ListStreams", ("ListStreams", {"Limit": "ten"}),
          ("DescribeStream", {})),
    Facts("secretsmanager", JSON_FAMILY, 5, "ListSecrets", ("ListSecrets", {"MaxResults": "ten"}),
          ("GetSecretValue", {})),
    Facts("cloudwatch", QUERY_FAMILY, 5, "ListMetrics", ("ListMetrics", {"Dimensions": "none"}),
          ("GetMetricStatistics", {})),
    Facts("logs", JSON_FAMILY, 5, "DescribeLogGroups", ("DescribeLogGroups", {"limit": "ten"}),
          ("CreateLogGroup", {})),
]


def built():
    """The services of services.def, in its order."""
    text = (TOP / "emulator/services/services.def").read_text()
    names = re.findall(r"^SERVICE\((\w+)\)", text, re.MULTILINE)
    facts = {f.name: f for f in ALL}
    unknown = [n for n in names if n not in facts]
    assert not unknown, f"tests/sdk/services.py knows nothing of {unknown}: add a line each"
    return [facts[n] for n in names]


def spoken():
    """(facts, protocol) for each protocol of each service that is built."""
    return [(f, p) for f in built() for p in f.model["metadata"]["protocols"]]
