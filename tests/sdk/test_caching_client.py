"""AWS's caching client (aws-secretsmanager-caching), unchanged, against the emulator."""
import json
import uuid

import boto3
import pytest
from aws_secretsmanager_caching import InjectKeywordedSecretString, SecretCache, SecretCacheConfig


@pytest.fixture
def secrets():
    return boto3.client("secretsmanager")


@pytest.fixture
def name():
    return f"cached/{uuid.uuid4()}"


def test_values_are_served_from_the_cache_until_they_are_refreshed(secrets, name):
    secrets.create_secret(Name=name, SecretString="1")
    cache = SecretCache(SecretCacheConfig(secret_refresh_interval=3600), client=secrets)
    assert cache.get_secret_string(name) == "1"
    secrets.put_secret_value(SecretId=name, SecretString="2")
    assert cache.get_secret_string(name) == "1"
    assert SecretCache(client=secrets).get_secret_string(name) == "2"
    assert SecretCache(SecretCacheConfig(default_version_stage="AWSPREVIOUS"), client=secrets).get_secret_string(name) == "1"


def test_a_refresh_finds_the_version_that_is_current_now(secrets, name):
    secrets.create_secret(Name=name, SecretBinary=b"\x00\xff")
    cache = SecretCache(SecretCacheConfig(secret_refresh_interval=0), client=secrets)
    assert cache.get_secret_binary(name) == b"\x00\xff"
    secrets.put_secret_value(SecretId=name, SecretBinary=b"\x01")
    assert cache.get_secret_binary(name) == b"\x01"


def test_the_decorators_fill_in_members(secrets, name):
    secrets.create_secret(Name=name, SecretString=json.dumps({"username": "u", "password": "p"}))

    @InjectKeywordedSecretString(secret_id=name, cache=SecretCache(client=secrets), user="username", word="password")
    def login(user, word):
        return user, word
    assert login() == ("u", "p")


def test_a_missing_secret_is_the_clients_own_error(secrets, name):
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        SecretCache(client=secrets).get_secret_string(name)
