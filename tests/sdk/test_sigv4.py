"""lib/sigv4 against botocore: random requests signed by both must agree byte for byte.

    python3 tests/sdk/test_sigv4.py PATH_OF_SIGV4_TOOL [COUNT] [SEED]

Needs botocore. Exit 0: all agree; 1: the first differences are printed; the seed repeats a run.
"""
import datetime
import json
import random
import subprocess
import sys
import urllib.parse
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SERVICES = ["dynamodb", "kms", "secretsmanager", "monitoring", "logs", "sts", "iam", "s3"]
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2"]
HARMLESS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
HEADER_NAMES = ["X-Amz-Target", "Content-Type", "Accept", "x-custom", "X-Amz-Meta-A", "Range",
                "User-Agent", "X-Amzn-Trace-Id", "Expect", "amz-sdk-request", "Zeta", "a-b", "a_b"]


def text(rng, least, most, more=""):
    alphabet = HARMLESS + more
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(least, most)))


def quoted(rng, most):
    return urllib.parse.quote(text(rng, 0, most, " /+*'!()=&%\u00fc\u20ac\U0001f4b0"), safe="-_.~")


def random_path(rng, service):
    segments = [rng.choice(["", ".", "..", "a", quoted(rng, 8), quoted(rng, 8), "..b", ".c"])
                for _ in range(rng.randint(0, 6))]
    if service == "s3":
        return "/" + "/".join(quoted(rng, 10) for _ in range(rng.randint(0, 4)))
    return "/" + "/".join(segments)


def random_query(rng):
    pairs = [(quoted(rng, 6) or "k", quoted(rng, 8)) for _ in range(rng.randint(0, 6))]
    if pairs and rng.random() < 0.4:
        pairs.append((pairs[0][0], quoted(rng, 4)))
    return "&".join(f"{k}={v}" if v or rng.random() < 0.5 else k for k, v in pairs)


def random_headers(rng):
    headers = [["Host", rng.choice(["localhost:4566", "h.amazonaws.com", "127.0.0.1:80"])]]
    for _ in range(rng.randint(0, 6)):
        spaces = rng.choice(["", " ", "  ", " \t "])
        value = spaces.join(text(rng, 0, 9, ",;=:/\"") for _ in range(rng.randint(1, 4)))
        headers.append([rng.choice(HEADER_NAMES), spaces + value + spaces])
    rng.shuffle(headers)
    return headers


def random_case(rng):
    service = rng.choice(SERVICES)
    moment = datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=rng.randrange(2 ** 31))
    return {
        "method": rng.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]),
        "path": random_path(rng, service),
        "query": random_query(rng),
        "headers": random_headers(rng),
        "body": text(rng, 0, 300, "{}\":,\u00fc\n") if rng.random() < 0.8 else "",
        "access_key": text(rng, 4, 24),
        "secret_key": text(rng, 1, 90, "+/="),
        "token": text(rng, 1, 300, "+/=") if rng.random() < 0.3 else None,
        "region": rng.choice(REGIONS),
        "service": service,
        "time": moment.strftime("%Y%m%dT%H%M%SZ"),
        "keep_path": service == "s3",
        "send_hash": service == "s3",
    }


def sign_with_botocore(case):
    """Returns (canonical request, string to sign, Authorization) as botocore makes them."""
    signer_class = (botocore.auth.S3SigV4Auth if case["service"] == "s3"
                    else botocore.auth.SigV4Auth)
    signer = signer_class(Credentials(case["access_key"], case["secret_key"], case["token"]),
                          case["service"], case["region"])
    url = "http://localhost" + case["path"] + ("?" + case["query"] if case["query"] else "")
    request = AWSRequest(method=case["method"], url=url, data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    moment = datetime.datetime.strptime(case["time"], "%Y%m%dT%H%M%SZ")
    made = {}
    inner = signer.string_to_sign

    def keep(signed_request, canonical_request):
        made["canonical_request"] = canonical_request
        made["string_to_sign"] = inner(signed_request, canonical_request)
        return made["string_to_sign"]

    signer.string_to_sign = keep
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: moment):
        signer.add_auth(request)
    made["authorization"] = request.headers["Authorization"]
    return made


def broken(authorization, rng):
    """The same header with one digit of its signature changed."""
    at = len(authorization) - 1 - rng.randrange(64)
    digit = rng.choice([d for d in "0123456789abcdef" if d != authorization[at]])
    return authorization[:at] + digit + authorization[at + 1:]


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2 ** 32)
    rng = random.Random(seed)
    lines, expected = [], []
    for _ in range(count):
        case = random_case(rng)
        answer = sign_with_botocore(case)
        answer["verified"] = rng.random() < 0.8
        header = answer["authorization"]
        case["authorization"] = header if answer["verified"] else broken(header, rng)
        lines.append(json.dumps(case))
        expected.append(answer)
    output = subprocess.run([tool], input="\n".join(lines) + "\n", capture_output=True, text=True,
                            check=True).stdout.splitlines()
    wrong = [i for i in range(count)
             if i >= len(output) or json.loads(output[i]) != expected[i]]
    for i in wrong[:3]:
        print("request:", lines[i], "\nbotocore:", json.dumps(expected[i]),
              "\nflorin:  ", output[i] if i < len(output) else "no answer")
    print(f"{count - len(wrong)} of {count} requests agree with botocore (seed {seed})")
    return 1 if wrong or len(output) != count else 0


if __name__ == "__main__":
    sys.exit(main())
