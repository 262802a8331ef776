"""How the model says no: with AWS's error code, and what else the error's members hold."""


class Refused(Exception):
    def __init__(self, code, **members):
        super().__init__(code)
        self.code = code
        self.members = members


def invalid():
    return Refused("ValidationException")


def unserializable():
    return Refused("SerializationException")


def require(condition):
    if not condition:
        raise invalid()
