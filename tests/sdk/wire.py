"""Raw signed requests: what a client library would send, and what it would never send.

The signer is written from the description in the IAM user guide ("Create a signed AWS API
request") and shares no code with Florin or botocore. Bodies are written and answers read by
botocore's own serializers and parsers, so that every protocol of a service can be spoken.
"""
import dataclasses
import datetime
import hashlib
import hmac
import http.client
import time
import urllib.parse

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

REGION = "us-east-1"


@dataclasses.dataclass
class Request:
    """A request on its way: any part may be changed before or after it is signed."""
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict)
    method: str = "POST"
    path: str = "/"
    query: str = ""


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes
    code: str = ""
    message: str = ""


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def sign(request, endpoint, service, *, key="test", secret="test", at=None, region=REGION,
         terminator="aws4_request", scope_date=None, scope_service=None, without=(), **headers):
    """Signs in place every header that the request has. `without` leaves headers unsigned."""
    stamp = at if isinstance(at, str) else (at or now()).strftime("%Y%m%dT%H%M%SZ")
    date = scope_date or stamp[:8]
    request.headers = {**request.headers, "Host": urllib.parse.urlsplit(endpoint).netloc,
                       "X-Amz-Date": stamp, **headers}
    lower = sorted((n.lower(), " ".join(v.split())) for n, v in request.headers.items()
                   if n.lower() not in ("authorization", *without))
    names = ";".join(n for n, _ in lower)
    query = "&".join(sorted(p if "=" in p else p + "=" for p in request.query.split("&") if p))
    canonical = "\n".join([request.method, request.path, query,
                           "".join(f"{n}:{v}\n" for n, v in lower), names,
                           hashlib.sha256(request.body).hexdigest()])
    scope = f"{date}/{region}/{scope_service or service.signing_name}/{terminator}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    derived = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        derived = digest(derived, part)
    signature = hmac.new(derived, text.encode(), hashlib.sha256).hexdigest()
    request.headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={key}/{scope}, "
                                        f"SignedHeaders={names}, Signature={signature}")
    return request


class Speaker:
    """One protocol of one service: writes its requests and reads its answers."""

    def __init__(self, name, protocol):
        raw = botocore.loaders.Loader().load_service_model(name, "service-2")
        self.model = botocore.model.ServiceModel(raw, name)
        self.name, self.protocol = name, protocol
        self.signing_name = self.model.signing_name
        self.serializer = botocore.serialize.create_serializer(protocol, False)
        self.parser = botocore.parsers.create_parser(protocol)

    def request(self, operation, parameters=None):
        made = self.serializer.serialize_to_request(parameters or {},
                                                    self.model.operation_model(operation))
        body = made["body"]
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        if self.protocol != "query":
            headers = {}
        headers.update({n: str(v) for n, v in made["headers"].items()})
        return Request(body.encode() if isinstance(body, str) else body, headers,
                       path=made["url_path"])

    def named(self, operation, body=None):
        """A request of an operation that need not exist, with any bytes as its body."""
        model = self.model.metadata
        if self.protocol == "query":
            form = f"Action={operation}&Version={model['apiVersion']}".encode()
            return Request(form if body is None else body,
                           {"Content-Type": "application/x-www-form-urlencoded"})
        if self.protocol == "smithy-rpc-v2-cbor":
            return Request(b"\xa0" if body is None else body,
                           {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"},
                           path=f"/service/{model['targetPrefix']}/operation/{operation}")
        return Request(b"{}" if body is None else body,
                       {"Content-Type": "application/x-amz-json-" + model.get("jsonVersion", "1.0"),
                        "X-Amz-Target": f"{model['targetPrefix']}.{operation}"})

    def read(self, answer):
        """Fills code and message of an error answer as botocore understands it."""
        if answer.status >= 300:
            parsed = self.parser.parse({"status_code": answer.status, "body": answer.body,
                                        "headers": http.client.HTTPMessage()
                                        if not answer.headers else answer.headers}, None)
            answer.code = parsed["Error"].get("Code", "")
            answer.message = parsed["Error"].get("Message", "")
        return answer


class LowerCase(dict):
    """Response headers, found whatever their case, as the parsers expect."""

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def __contains__(self, name):
        return super().__contains__(name.lower())

    def get(self, name, default=None):
        return super().get(name.lower(), default)


class Wire:
    """A connection that is kept alive, and opened again when the other side closed it."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.connection = None

    def send(self, request):
        target = request.path + ("?" + request.query if request.query else "")
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection(
                    urllib.parse.urlsplit(self.endpoint).netloc, timeout=30)
            try:
                self.connection.putrequest(request.method, target, skip_host=True,
                                           skip_accept_encoding=True)
                for name, value in request.headers.items():
                    self.connection.putheader(name, value)
                if "Content-Length" not in request.headers:
                    self.connection.putheader("Content-Length", str(len(request.body)))
                self.connection.endheaders(request.body)
                raw = self.connection.getresponse()
                body = raw.read()
                if raw.will_close:
                    self.close()
                return Answer(raw.status, LowerCase((n.lower(), v) for n, v in raw.getheaders()), body)
            except (ConnectionError, http.client.BadStatusLine):
                self.close()
                if fresh or attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def call(self, speaker, operation, parameters=None, **signing):
        request = sign(speaker.request(operation, parameters), self.endpoint, speaker, **signing)
        return speaker.read(self.send(request))


def wait_until(instant):
    """Sleeps to a moment of the wall clock, so that a date stands on a known side of a limit."""
    time.sleep(max(0.0, instant - time.time()))
