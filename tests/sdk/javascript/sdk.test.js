// The AWS SDK for JavaScript v3 over every service that is built.
'use strict';
const assert = require('node:assert/strict');
const { constants, createPublicKey, publicEncrypt, randomBytes, randomUUID, verify } = require('node:crypto');
const { after, before, describe, test } = require('node:test');
const { built, options, start } = require('./emulator');

let emulator;
before(async () => { emulator = await start(); });
after(() => emulator.stop());

const client = (name, more) => {
  const [module, type] = {
    cloudwatch: ['client-cloudwatch', 'CloudWatchClient'],
    dynamodb: ['client-dynamodb', 'DynamoDBClient'],
    dynamodbstreams: ['client-dynamodb-streams', 'DynamoDBStreamsClient'],
    kms: ['client-kms', 'KMSClient'],
    logs: ['client-cloudwatch-logs', 'CloudWatchLogsClient'],
    secretsmanager: ['client-secrets-manager', 'SecretsManagerClient'],
    sts: ['client-sts', 'STSClient'],
  }[name];
  const sdk = require(`@aws-sdk/${module}`);
  const made = new sdk[type](options(emulator.endpoint, more));
  // call("CreateKey", {...}) instead of a command class for each.
  const call = (operation, input = {}) => made.send(new sdk[`${operation}Command`](input));
  return { call, made, sdk };
};

const service = (name, tests) =>
  describe(name, { skip: built.includes(name) ? false : `${name} is not built` }, tests);

const refused = (promise, name, status = 400) => assert.rejects(promise, (error) => {
  assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
  assert.ok(error.$metadata.requestId);
  return true;
});

service('sts', () => {
  test('root is the caller', async () => {
    const answer = await client('sts').call('GetCallerIdentity');
    assert.equal(answer.Arn, 'arn:aws:iam::000000000000:root');
  });

  test('a wrong secret and an unknown key are refused', async () => {
    const wrong = { credentials: { accessKeyId: 'test', secretAccessKey: 'wrong' } };
    const unknown = { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'test' } };
    await refused(client('sts', wrong).call('GetCallerIdentity'), 'SignatureDoesNotMatch', 403);
    await refused(client('sts', unknown).call('GetCallerIdentity'), 'InvalidClientTokenId', 403);
  });
});

service('kms', () => {
  test('keys and aliases', async () => {
    const kms = client('kms');
    const { KeyMetadata: key } = await kms.call('CreateKey', { Description: 'by JavaScript' });
    assert.ok(key.CreationDate instanceof Date);
    const alias = `alias/${randomUUID()}`;
    await kms.call('CreateAlias', { AliasName: alias, TargetKeyId: key.KeyId });
    const described = await kms.call('DescribeKey', { KeyId: alias });
    assert.deepEqual(described.KeyMetadata, key);
    const found = [];
    for await (const page of kms.sdk.paginateListKeys({ client: kms.made, pageSize: 2 }, {})) {
      found.push(...page.Keys.map((entry) => entry.KeyId));
    }
    assert.ok(found.includes(key.KeyId));
    const aliases = await kms.call('ListAliases', { KeyId: key.KeyId });
    assert.deepEqual(aliases.Aliases.map((entry) => entry.AliasName), [alias]);
  });

  test('what is sealed opens in its context alone', async () => {
    const kms = client('kms');
    const { KeyMetadata: { KeyId } } = await kms.call('CreateKey');
    const Plaintext = randomBytes(4096);
    const EncryptionContext = { tenant: 't1' };
    const { CiphertextBlob } = await kms.call('Encrypt', { KeyId, Plaintext, EncryptionContext });
    const opened = await kms.call('Decrypt', { CiphertextBlob, EncryptionContext });
    assert.deepEqual(Buffer.from(opened.Plaintext), Plaintext);
    await refused(kms.call('Decrypt', { CiphertextBlob }), 'InvalidCiphertextException');
    CiphertextBlob[40] ^= 1;
    await refused(kms.call('Decrypt', { CiphertextBlob, EncryptionContext }), 'InvalidCiphertextException');
    await kms.call('DisableKey', { KeyId });
    await refused(kms.call('Encrypt', { KeyId, Plaintext }), 'DisabledException');
    await kms.call('EnableKey', { KeyId });
    const dataKey = await kms.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
    assert.equal(dataKey.Plaintext.length, 32);
    await kms.call('DisableKey', { KeyId });
    await refused(kms.call('Encrypt', { KeyId, Plaintext }), 'DisabledException');
    await kms.call('EnableKey', { KeyId });
    assert.equal((await kms.call('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'Enabled');
  });

  test('errors are of the SDK\'s own classes', async () => {
    const kms = client('kms');
    await assert.rejects(kms.call('DescribeKey', { KeyId: 'alias/none' }), kms.sdk.NotFoundException);
    await refused(kms.call('CreateKey', { KeySpec: 'SM2' }), 'NotImplementedException', 501);
    const clock = client('kms', { systemClockOffset: -600000 });
    await refused(clock.call('ListKeys'), 'InvalidSignatureException');
  });

  test('keys of every kind do their work', async () => {
    const kms = client('kms');
    const key = async (KeySpec, KeyUsage) => (await kms.call('CreateKey', { KeySpec, KeyUsage })).KeyMetadata.KeyId;
    const Message = randomBytes(100);
    const plain = await key('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');
    const signer = { KeyId: await key('RSA_2048', 'SIGN_VERIFY'), Message, SigningAlgorithm: 'RSASSA_PSS_SHA_256' };
    const { Signature } = await kms.call('Sign', signer);
    assert.equal((await kms.call('Verify', { ...signer, Signature })).SignatureValid, true);
    const { PublicKey: der } = await kms.call('GetPublicKey', { KeyId: signer.KeyId });
    const own = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    const pss = { key: own, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    assert.ok(verify('sha256', Message, pss, Signature));
    const maker = { KeyId: await key('HMAC_512', 'GENERATE_VERIFY_MAC'), Message, MacAlgorithm: 'HMAC_SHA_512' };
    const { Mac } = await kms.call('GenerateMac', maker);
    assert.equal((await kms.call('VerifyMac', { ...maker, Mac })).MacValid, true);
    await refused(kms.call('VerifyMac', { ...maker, Mac: Mac.slice(1) }), 'KMSInvalidMacException');
    const [a, b] = [await key('ECC_NIST_P521', 'KEY_AGREEMENT'), await key('ECC_NIST_P521', 'KEY_AGREEMENT')];
    const secrets = await Promise.all([[a, b], [b, a]].map(async ([KeyId, peer]) => {
      const { PublicKey } = await kms.call('GetPublicKey', { KeyId: peer });
      return (await kms.call('DeriveSharedSecret', { KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey })).SharedSecret;
    }));
    assert.deepEqual(secrets[0], secrets[1]);
    const pair = { KeyId: plain, KeyPairSpec: 'ECC_NIST_P256' };
    assert.ok((await kms.call('GenerateDataKeyPair', pair)).PrivateKeyPlaintext);
    assert.equal((await kms.call('GenerateDataKeyPairWithoutPlaintext', pair)).PrivateKeyPlaintext, undefined);
    const sealed = await kms.call('GenerateDataKeyWithoutPlaintext', { KeyId: plain, NumberOfBytes: 7 });
    const moved = await kms.call('ReEncrypt', { CiphertextBlob: sealed.CiphertextBlob, DestinationKeyId: plain });
    assert.equal((await kms.call('Decrypt', { CiphertextBlob: moved.CiphertextBlob })).Plaintext.length, 7);
    assert.equal((await kms.call('GenerateRandom', { NumberOfBytes: 9 })).Plaintext.length, 9);
  });

  test('a key from its policy to its end', async () => {
    const kms = client('kms');
    const { KeyMetadata: { KeyId } } = await kms.call('CreateKey', { MultiRegion: true });
    const other = (await kms.call('CreateKey')).KeyMetadata.KeyId;
    const AliasName = `alias/${randomUUID()}`;
    await kms.call('CreateAlias', { AliasName, TargetKeyId: KeyId });
    await kms.call('UpdateAlias', { AliasName, TargetKeyId: other });
    await kms.call('DeleteAlias', { AliasName });
    await kms.call('UpdateKeyDescription', { KeyId, Description: 'new' });
    await kms.call('TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: '1' }] });
    assert.equal((await kms.call('ListResourceTags', { KeyId })).Tags.length, 1);
    await kms.call('UntagResource', { KeyId, TagKeys: ['a'] });
    const { Policy } = await kms.call('GetKeyPolicy', { KeyId });
    await kms.call('PutKeyPolicy', { KeyId, Policy });
    await refused(kms.call('PutKeyPolicy', { KeyId, Policy: '{}' }), 'MalformedPolicyDocumentException');
    assert.deepEqual((await kms.call('ListKeyPolicies', { KeyId })).PolicyNames, ['default']);
    await kms.call('EnableKeyRotation', { KeyId });
    await kms.call('RotateKeyOnDemand', { KeyId });
    assert.ok((await kms.call('GetKeyRotationStatus', { KeyId })).NextRotationDate instanceof Date);
    assert.equal((await kms.call('ListKeyRotations', { KeyId })).Rotations[0].RotationType, 'ON_DEMAND');
    await kms.call('DisableKeyRotation', { KeyId });
    await kms.call('ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
    await kms.call('UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' });
    const principal = 'arn:aws:iam::000000000000:role/js';
    const grant = { KeyId, GranteePrincipal: principal, RetiringPrincipal: principal, Operations: ['Decrypt'] };
    const { GrantToken } = await kms.call('CreateGrant', grant);
    const { GrantId } = await kms.call('CreateGrant', grant);
    assert.equal((await kms.call('ListGrants', { KeyId })).Grants.length, 2);
    assert.equal((await kms.call('ListRetirableGrants', { RetiringPrincipal: principal })).Grants.length, 2);
    await kms.call('RetireGrant', { GrantToken });
    await kms.call('RevokeGrant', { KeyId, GrantId });
    assert.equal((await kms.call('ScheduleKeyDeletion', { KeyId })).KeyState, 'PendingDeletion');
    await kms.call('CancelKeyDeletion', { KeyId });
  });

  test('material is brought, and key stores are not there', async () => {
    const kms = client('kms');
    const { KeyMetadata: { KeyId } } = await kms.call('CreateKey', { Origin: 'EXTERNAL' });
    const { ImportToken, PublicKey } = await kms.call('GetParametersForImport', {
      KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048',
    });
    const wrapping = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    const oaep = { key: wrapping, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING };
    const EncryptedKeyMaterial = publicEncrypt(oaep, randomBytes(32));
    const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE';
    await kms.call('ImportKeyMaterial', { KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel });
    assert.equal((await kms.call('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'Enabled');
    await kms.call('DeleteImportedKeyMaterial', { KeyId });
    assert.deepEqual((await kms.call('DescribeCustomKeyStores')).CustomKeyStores, []);
    const made = { CustomKeyStoreName: 'js', CloudHsmClusterId: 'cluster-2a23b4cdefg' };
    await refused(kms.call('CreateCustomKeyStore', made), 'CloudHsmClusterNotFoundException');
    const named = { CustomKeyStoreId: 'cks-1' };
    const none = 'CustomKeyStoreNotFoundException';
    await refused(kms.call('ConnectCustomKeyStore', named), none);
    await refused(kms.call('DisconnectCustomKeyStore', named), none);
    await refused(kms.call('UpdateCustomKeyStore', named), none);
    await refused(kms.call('DeleteCustomKeyStore', named), none);
  });
});

service('dynamodb', () => {
  test('a Kinesis destination', async () => {
    const TableName = `js-${randomUUID()}`;
    const dynamodb = client('dynamodb');
    await dynamodb.call('CreateTable', {
      TableName, BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
    });
    const StreamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/changes';
    const ApproximateCreationDateTimePrecision = 'MICROSECOND';
    await dynamodb.call('EnableKinesisStreamingDestination', { TableName, StreamArn });
    await dynamodb.call('UpdateKinesisStreamingDestination', {
      TableName, StreamArn, UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision },
    });
    await refused(dynamodb.call('EnableKinesisStreamingDestination', { TableName, StreamArn }), 'ValidationException');
    await dynamodb.call('DisableKinesisStreamingDestination', { TableName, StreamArn });
    const shown = await dynamodb.call('DescribeKinesisStreamingDestination', { TableName });
    assert.deepEqual(shown.KinesisDataStreamDestinations,
      [{ StreamArn, DestinationStatus: 'DISABLED', ApproximateCreationDateTimePrecision }]);
  });
});

service('dynamodb', () => {
  test('global tables of both versions', async () => {
    const here = client('dynamodb');
    const there = client('dynamodb', { region: 'eu-west-1' });
    const form = {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    };
    const Item = { p: { S: 'a' } };
    const TableName = `js-${randomUUID()}`;
    await here.call('CreateTable', { TableName, ...form });
    await here.call('UpdateTable', { TableName, ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] });
    await there.call('PutItem', { TableName, Item });
    assert.deepEqual((await here.call('GetItem', { TableName, Key: Item })).Item, Item);
    const { Table } = await here.call('DescribeTable', { TableName });
    assert.deepEqual(Table.Replicas.map((each) => [each.RegionName, each.ReplicaStatus]), [['eu-west-1', 'ACTIVE']]);
    await here.call('UpdateTableReplicaAutoScaling', {
      TableName, ProvisionedWriteCapacityAutoScalingUpdate: { MinimumUnits: 1, MaximumUnits: 5 },
    });
    const { TableAutoScalingDescription } = await there.call('DescribeTableReplicaAutoScaling', { TableName });
    assert.deepEqual(TableAutoScalingDescription.Replicas.map(
      (each) => each.ReplicaProvisionedWriteCapacityAutoScalingSettings.MaximumUnits), [5, 5]);

    const GlobalTableName = `js-${randomUUID()}`;
    for (const each of [here, there]) await each.call('CreateTable', { TableName: GlobalTableName, ...form });
    await here.call('CreateGlobalTable', { GlobalTableName, ReplicationGroup: [{ RegionName: 'us-east-1' }] });
    await here.call('UpdateGlobalTable', { GlobalTableName, ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] });
    const { GlobalTableDescription } = await there.call('DescribeGlobalTable', { GlobalTableName });
    assert.equal(GlobalTableDescription.ReplicationGroup.length, 2);
    assert.ok(GlobalTableDescription.CreationDateTime instanceof Date);
    const { GlobalTables } = await here.call('ListGlobalTables', { RegionName: 'eu-west-1' });
    assert.ok(GlobalTables.some((each) => each.GlobalTableName === GlobalTableName));
    await here.call('UpdateGlobalTableSettings', {
      GlobalTableName, ReplicaSettingsUpdate: [{ RegionName: 'eu-west-1', ReplicaTableClass: 'STANDARD_INFREQUENT_ACCESS' }],
    });
    const { ReplicaSettings } = await here.call('DescribeGlobalTableSettings', { GlobalTableName });
    assert.equal(ReplicaSettings[0].ReplicaTableClassSummary.TableClass, 'STANDARD_INFREQUENT_ACCESS');
    await refused(here.call('DescribeGlobalTable', { GlobalTableName: 'nowhere' }), 'GlobalTableNotFoundException');
  });
});

service('dynamodbstreams', () => {
  test('a stream and its records', async () => {
    const TableName = `js-${randomUUID()}`;
    const dynamodb = client('dynamodb');
    const streams = client('dynamodbstreams');
    const { TableDescription: { LatestStreamArn: StreamArn } } = await dynamodb.call('CreateTable', {
      TableName, BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const { Streams } = await streams.call('ListStreams', { TableName });
    assert.deepEqual(Streams.map((each) => each.StreamArn), [StreamArn]);
    const Item = { p: { S: 'a' }, map: { M: { list: { L: [{ NULL: true }, { BOOL: false }] } } }, set: { NS: ['1'] } };
    await dynamodb.call('PutItem', { TableName, Item });
    await dynamodb.call('DeleteItem', { TableName, Key: { p: { S: 'a' } } });
    const { StreamDescription } = await streams.call('DescribeStream', { StreamArn });
    const { ShardId } = StreamDescription.Shards[0];
    const { ShardIterator } = await streams.call('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    const { Records, NextShardIterator } = await streams.call('GetRecords', { ShardIterator });
    assert.deepEqual(Records.map((each) => each.eventName), ['INSERT', 'REMOVE']);
    assert.deepEqual([Records[0].dynamodb.NewImage, Records[1].dynamodb.OldImage], [Item, Item]);
    assert.ok(Records[0].dynamodb.ApproximateCreationDateTime instanceof Date);
    assert.deepEqual((await streams.call('GetRecords', { ShardIterator: NextShardIterator })).Records, []);
    await refused(streams.call('DescribeStream', { StreamArn: `${StreamArn}0` }), 'ResourceNotFoundException');
  });
});

service('secretsmanager', () => {
  test('a secret from its creation to its end', async () => {
    const secrets = client('secretsmanager');
    const Name = `js/${randomUUID()}`;
    const made = await secrets.call('CreateSecret', { Name, SecretString: 'one' });
    const second = await secrets.call('PutSecretValue', { SecretId: Name, SecretString: 'two' });
    assert.equal((await secrets.call('GetSecretValue', { SecretId: Name })).SecretString, 'two');
    const previous = await secrets.call('GetSecretValue', { SecretId: made.ARN, VersionStage: 'AWSPREVIOUS' });
    assert.deepEqual([previous.SecretString, previous.VersionId], ['one', made.VersionId]);
    await secrets.call('UpdateSecretVersionStage', {
      SecretId: Name, VersionStage: 'AWSCURRENT', MoveToVersionId: made.VersionId, RemoveFromVersionId: second.VersionId,
    });
    const described = await secrets.call('DescribeSecret', { SecretId: Name });
    assert.deepEqual(described.VersionIdsToStages[made.VersionId], ['AWSCURRENT']);
    const binary = await secrets.call('CreateSecret', { Name: `${Name}b`, SecretBinary: Buffer.from([0, 255]) });
    assert.deepEqual([...(await secrets.call('GetSecretValue', { SecretId: binary.ARN })).SecretBinary], [0, 255]);
    const listed = await secrets.call('ListSecrets', { Filters: [{ Key: 'name', Values: [Name] }] });
    assert.ok(listed.SecretList.some((secret) => secret.Name === Name));
    await secrets.call('DeleteSecret', { SecretId: Name, ForceDeleteWithoutRecovery: true });
    await assert.rejects(secrets.call('GetSecretValue', { SecretId: Name }), secrets.sdk.ResourceNotFoundException);
  });

  test('versions, tags and passwords', async () => {
    const secrets = client('secretsmanager');
    const SecretId = `js/${randomUUID()}`;
    const made = await secrets.call('CreateSecret', { Name: SecretId, SecretString: '1' });
    const changed = await secrets.call('UpdateSecret', { SecretId, SecretString: '2', Description: 'd' });
    const { Versions } = await secrets.call('ListSecretVersionIds', { SecretId });
    assert.deepEqual(Versions.map((version) => version.VersionId), [changed.VersionId, made.VersionId]);
    const batch = await secrets.call('BatchGetSecretValue', { SecretIdList: [SecretId, `${SecretId}-none`] });
    assert.deepEqual(batch.SecretValues.map((value) => value.SecretString), ['2']);
    assert.equal(batch.Errors[0].ErrorCode, 'ResourceNotFoundException');
    await secrets.call('TagResource', { SecretId, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }] });
    await secrets.call('UntagResource', { SecretId, TagKeys: ['a'] });
    assert.deepEqual((await secrets.call('DescribeSecret', { SecretId })).Tags, [{ Key: 'b', Value: '2' }]);
    const { RandomPassword } = await secrets.call('GetRandomPassword', { PasswordLength: 20, ExcludePunctuation: true });
    assert.match(RandomPassword, /^[A-Za-z0-9]{20}$/);
    await secrets.call('DeleteSecret', { SecretId, RecoveryWindowInDays: 7 });
    assert.equal((await secrets.call('RestoreSecret', { SecretId })).Name, SecretId);
  });

  test('policies', async () => {
    const secrets = client('secretsmanager');
    const SecretId = `js/${randomUUID()}`;
    await secrets.call('CreateSecret', { Name: SecretId, SecretString: '1' });
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
    });
    assert.equal((await secrets.call('ValidateResourcePolicy', { ResourcePolicy })).PolicyValidationPassed, false);
    await refused(secrets.call('PutResourcePolicy', { SecretId, ResourcePolicy, BlockPublicPolicy: true }), 'PublicPolicyException');
    await secrets.call('PutResourcePolicy', { SecretId, ResourcePolicy });
    assert.equal((await secrets.call('GetResourcePolicy', { SecretId })).ResourcePolicy, ResourcePolicy);
    await secrets.call('DeleteResourcePolicy', { SecretId });
  });

  test('replicas', async () => {
    const secrets = client('secretsmanager');
    const SecretId = `js/${randomUUID()}`;
    await secrets.call('CreateSecret', { Name: SecretId, SecretString: '1' });
    const AddReplicaRegions = [{ Region: 'eu-west-1' }, { Region: 'eu-west-2' }];
    const { ReplicationStatus } = await secrets.call('ReplicateSecretToRegions', { SecretId, AddReplicaRegions });
    assert.deepEqual(ReplicationStatus.map((status) => status.Status), ['InSync', 'InSync']);
    await client('secretsmanager', { region: 'eu-west-1' }).call('StopReplicationToReplica', { SecretId });
    await secrets.call('RemoveRegionsFromReplication', { SecretId, RemoveReplicaRegions: ['eu-west-2'] });
  });

  test('rotation begins at once and can be cancelled', async () => {
    const secrets = client('secretsmanager');
    const SecretId = `js/${randomUUID()}`;
    const server = { engine: 'postgres', host: '127.0.0.1', port: 1, username: 'u', password: 'p' };
    await secrets.call('CreateSecret', { Name: SecretId, SecretString: JSON.stringify(server) });
    const started = await secrets.call('RotateSecret', {
      SecretId, RotationRules: { AutomaticallyAfterDays: 30 },
      RotationLambdaARN: 'arn:aws:lambda:us-east-1:000000000000:function:SecretsManagerRDSPostgreSQLRotationMultiUser',
    });
    assert.ok((await secrets.call('DescribeSecret', { SecretId })).NextRotationDate > new Date());
    assert.equal((await secrets.call('CancelRotateSecret', { SecretId })).VersionId, started.VersionId);
  });
});

service('dynamodb', () => {
  const TableName = `js-${randomUUID()}`;

  test('a table and its items through the document client', async () => {
    const dynamodb = client('dynamodb');
    const lib = require('@aws-sdk/lib-dynamodb');
    const document = lib.DynamoDBDocumentClient.from(dynamodb.made);
    const call = (operation, input) => document.send(new lib[`${operation}Command`]({ TableName, ...input }));
    await dynamodb.call('CreateTable', {
      TableName, BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'p', AttributeType: 'S' }, { AttributeName: 's', AttributeType: 'N' },
        { AttributeName: 'g', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }, { AttributeName: 's', KeyType: 'RANGE' }],
      GlobalSecondaryIndexes: [{
        IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' },
      }],
    });
    await dynamodb.sdk.waitUntilTableExists({ client: dynamodb.made, minDelay: 1, maxWaitTime: 20 }, { TableName });
    const item = {
      p: 'a', s: 1, g: 'x', text: '\u20ac\ud83d\udcb0', list: [1, 'two', null, true, { three: [3.5] }],
      set: new Set(['b', 'a']), numbers: new Set([2, 1]), bytes: new Uint8Array([0, 255]), map: { deep: { deeper: -0.5e-3 } },
    };
    await call('Put', { Item: item, ConditionExpression: 'attribute_not_exists(p)' });
    const read = (await call('Get', { Key: { p: 'a', s: 1 } })).Item;
    assert.deepEqual([...read.set].sort(), ['a', 'b']);
    assert.deepEqual([...read.numbers].sort(), [1, 2]);
    assert.deepEqual({ ...read, set: item.set, numbers: item.numbers }, item);
    for (const s of [2, 10, -3]) await call('Put', { Item: { p: 'a', s, g: 'y' } });
    const names = { ExpressionAttributeNames: { '#s': 's' } };
    const found = await call('Query', {
      ...names, KeyConditionExpression: 'p = :p AND #s BETWEEN :low AND :high',
      ExpressionAttributeValues: { ':p': 'a', ':low': -5, ':high': 2 }, ScanIndexForward: false,
    });
    assert.deepEqual(found.Items.map((each) => each.s), [2, 1, -3]);
    const by = await call('Query', {
      IndexName: 'by-g', KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': 'y' },
    });
    assert.equal(by.Count, 3);
    const updated = await call('Update', {
      Key: { p: 'a', s: 2 }, UpdateExpression: 'ADD n :one SET l = list_append(if_not_exists(l, :none), :more)',
      ExpressionAttributeValues: { ':one': 1, ':none': [], ':more': ['x'] }, ReturnValues: 'UPDATED_NEW',
    });
    assert.deepEqual(updated.Attributes, { n: 1, l: ['x'] });
    const pages = [];
    for await (const page of lib.paginateScan({ client: document, pageSize: 1 }, { TableName })) pages.push(...page.Items);
    assert.equal(pages.length, 4);
    await assert.rejects(
      call('Delete', {
        Key: { p: 'a', s: 2 }, ConditionExpression: 'n > :n', ExpressionAttributeValues: { ':n': 5 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      (error) => error instanceof dynamodb.sdk.ConditionalCheckFailedException && error.Item.n.N === '1');
    await call('Delete', { Key: { p: 'a', s: 2 } });
    assert.equal((await call('Get', { Key: { p: 'a', s: 2 } })).Item, undefined);
  });

  test('items as DynamoDB writes them', async () => {
    const dynamodb = client('dynamodb');
    const Key = { p: { S: 'raw' }, s: { N: '1' } };
    await dynamodb.call('PutItem', { TableName, Item: { ...Key, n: { N: '1.50' }, b: { B: Buffer.from([0, 255]) } } });
    const updated = await dynamodb.call('UpdateItem', {
      TableName, Key, UpdateExpression: 'SET n = n + :n REMOVE b', ExpressionAttributeValues: { ':n': { N: '1' } }, ReturnValues: 'ALL_NEW',
    });
    assert.deepEqual(updated.Attributes, { ...Key, n: { N: '2.5' } });
    const old = await dynamodb.call('DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' });
    assert.deepEqual(old.Attributes, updated.Attributes);
  });

  test('policies and contributor insights', async () => {
    const dynamodb = client('dynamodb');
    const { Table: { TableArn: ResourceArn } } = await dynamodb.call('DescribeTable', { TableName });
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: ResourceArn };
    const Policy = JSON.stringify({ Statement });
    const { RevisionId } = await dynamodb.call('PutResourcePolicy', { ResourceArn, Policy });
    assert.equal((await dynamodb.call('GetResourcePolicy', { ResourceArn })).Policy, Policy);
    await dynamodb.call('DeleteResourcePolicy', { ResourceArn, ExpectedRevisionId: RevisionId });
    await refused(dynamodb.call('GetResourcePolicy', { ResourceArn }), 'PolicyNotFoundException');
    await dynamodb.call('UpdateContributorInsights', { TableName, ContributorInsightsAction: 'ENABLE' });
    const described = await dynamodb.call('DescribeContributorInsights', { TableName });
    assert.deepEqual([described.ContributorInsightsStatus, described.ContributorInsightsRuleList.length], ['ENABLED', 4]);
    const { ContributorInsightsSummaries: listed } = await dynamodb.call('ListContributorInsights', { TableName });
    assert.equal(listed.length, 1);
  });

  test('the parameters that came before expressions', async () => {
    const dynamodb = client('dynamodb');
    const Key = { p: { S: 'legacy' }, s: { N: '1' } };
    await dynamodb.call('PutItem', { TableName, Item: Key, Expected: { p: { Exists: false } } });
    const AttributeUpdates = { n: { Action: 'ADD', Value: { N: '2' } }, p2: { Action: 'DELETE' } };
    const updated = await dynamodb.call('UpdateItem', { TableName, Key, AttributeUpdates, ReturnValues: 'ALL_NEW' });
    assert.deepEqual(updated.Attributes, { ...Key, n: { N: '2' } });
    const KeyConditions = { p: { ComparisonOperator: 'EQ', AttributeValueList: [Key.p] } };
    const QueryFilter = { n: { ComparisonOperator: 'IN', AttributeValueList: [{ N: '1' }, { N: '2' }] } };
    const found = await dynamodb.call('Query', { TableName, KeyConditions, QueryFilter, AttributesToGet: ['n'] });
    assert.deepEqual(found.Items, [{ n: { N: '2' } }]);
    await refused(dynamodb.call('Query', { TableName, KeyConditions, QueryFilter, FilterExpression: 'n = n' }), 'ValidationException');
  });

  test('batches and transactions', async () => {
    const dynamodb = client('dynamodb');
    const items = ['1', '2', '3'].map((N) => ({ p: { S: 'batch' }, s: { N } }));
    const written = await dynamodb.call('BatchWriteItem', {
      RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) },
    });
    assert.deepEqual(written.UnprocessedItems, {});
    const read = await dynamodb.call('BatchGetItem', { RequestItems: { [TableName]: { Keys: items } } });
    assert.equal(read.Responses[TableName].length, 3);
    const Update = {
      TableName, Key: items[0], UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '1' } },
    };
    const Put = { TableName, Item: items[1], ConditionExpression: 'attribute_not_exists(p)' };
    await assert.rejects(
      dynamodb.call('TransactWriteItems', { TransactItems: [{ Update }, { Put }] }),
      (error) => error.name === 'TransactionCanceledException'
        && error.CancellationReasons.map((reason) => reason.Code).join() === 'None,ConditionalCheckFailed');
    await dynamodb.call('TransactWriteItems', { TransactItems: [{ Update }, { Delete: { TableName, Key: items[1] } }] });
    const both = await dynamodb.call('TransactGetItems', {
      TransactItems: [{ Get: { TableName, Key: items[0] } }, { Get: { TableName, Key: items[1] } }],
    });
    assert.deepEqual(both.Responses.map((each) => each.Item?.n?.N), ['1', undefined]);
  });

  test('PartiQL', async () => {
    const dynamodb = client('dynamodb');
    const Key = (s) => ({ p: { S: 'ql' }, s: { N: String(s) } });
    const insert = (s) => ({ Statement: `INSERT INTO "${TableName}" VALUE {'p': ?, 's': ?, 'n': 1}`, Parameters: Object.values(Key(s)) });
    await dynamodb.call('ExecuteStatement', insert(1));
    await assert.rejects(dynamodb.call('ExecuteStatement', insert(1)), dynamodb.sdk.DuplicateItemException);
    const { Responses } = await dynamodb.call('BatchExecuteStatement', { Statements: [insert(1), insert(2)] });
    assert.deepEqual(Responses.map((each) => each.Error?.Code), ['DuplicateItem', undefined]);
    const update = { Statement: `UPDATE "${TableName}" SET n = n + 1 WHERE p = 'ql' AND s = 2 AND n = ?`, Parameters: [{ N: '1' }] };
    await dynamodb.call('ExecuteTransaction', { TransactStatements: [update, insert(3)] });
    await assert.rejects(
      dynamodb.call('ExecuteTransaction', { TransactStatements: [update, insert(3)] }),
      (error) => error.name === 'TransactionCanceledException'
        && error.CancellationReasons.map((reason) => reason.Code).join() === 'ConditionalCheckFailed,DuplicateItem');
  });

  test('PartiQL with the document client', async () => {
    const lib = require('@aws-sdk/lib-dynamodb');
    const document = lib.DynamoDBDocumentClient.from(client('dynamodb').made);
    const run = (Statement, ...Parameters) => document.send(new lib.ExecuteStatementCommand({ Statement, Parameters }));
    const item = { p: 'doc', s: 1, list: [1, 'x', { deep: true }], set: new Set(['a', 'b']), none: null };
    await run(`INSERT INTO "${TableName}" VALUE {'p': ?, 's': ?, 'list': ?, 'set': ?, 'none': ?}`, ...Object.values(item));
    const select = `SELECT * FROM "${TableName}" WHERE p = ? AND s = ?`;
    assert.deepEqual((await run(select, 'doc', 1)).Items, [item]);
    const { Items } = await run(`UPDATE "${TableName}" SET "list"[1] = ? WHERE p = ? AND s = ? RETURNING MODIFIED NEW *`, [7], 'doc', 1);
    assert.deepEqual(Items, [{ list: [[7]] }]);
    const batch = new lib.BatchExecuteStatementCommand({ Statements: [{ Statement: select, Parameters: ['doc', 1] }] });
    assert.deepEqual((await document.send(batch)).Responses[0].Item.list, [1, [7], { deep: true }]);
    const both = new lib.ExecuteTransactionCommand({
      TransactStatements: [{ Statement: select, Parameters: ['doc', 1] }, { Statement: select, Parameters: ['doc', 2] }],
    });
    assert.deepEqual((await document.send(both)).Responses.map((each) => each.Item?.s), [1, undefined]);
  });

  test('tags, limits and endpoints', async () => {
    const dynamodb = client('dynamodb');
    const { Table: { TableArn: ResourceArn } } = await dynamodb.call('DescribeTable', { TableName });
    await dynamodb.call('TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }] });
    await dynamodb.call('UntagResource', { ResourceArn, TagKeys: ['a'] });
    const { Tags } = await dynamodb.call('ListTagsOfResource', { ResourceArn });
    assert.deepEqual(Tags, [{ Key: 'b', Value: '2' }]);
    await dynamodb.call('UpdateTable', { TableName, DeletionProtectionEnabled: true });
    await refused(dynamodb.call('DeleteTable', { TableName }), 'ValidationException');
    await dynamodb.call('UpdateTable', { TableName, DeletionProtectionEnabled: false });
    assert.ok((await dynamodb.call('DescribeLimits')).AccountMaxReadCapacityUnits > 0);
    assert.ok((await dynamodb.call('DescribeEndpoints')).Endpoints.length > 0);
  });

  test('backups', async () => {
    const dynamodb = client('dynamodb');
    const made = await dynamodb.call('CreateBackup', { TableName, BackupName: 'by-JavaScript' });
    const { BackupArn } = made.BackupDetails;
    assert.ok(made.BackupDetails.BackupCreationDateTime instanceof Date);
    const { BackupDescription: shown } = await dynamodb.call('DescribeBackup', { BackupArn });
    assert.equal(shown.SourceTableDetails.TableName, TableName);
    const { BackupSummaries } = await dynamodb.call('ListBackups', { TableName });
    assert.deepEqual(BackupSummaries.map((each) => each.BackupArn), [BackupArn]);
    const TargetTableName = `${TableName}-restored`;
    await dynamodb.call('RestoreTableFromBackup', { TargetTableName, BackupArn });
    const { Table } = await dynamodb.call('DescribeTable', { TableName: TargetTableName });
    assert.equal(Table.RestoreSummary.SourceBackupArn, BackupArn);
    await assert.rejects(
      dynamodb.call('RestoreTableFromBackup', { TargetTableName, BackupArn }), dynamodb.sdk.TableAlreadyExistsException);
    await dynamodb.call('UpdateContinuousBackups', {
      TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    const { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: window } } =
      await dynamodb.call('DescribeContinuousBackups', { TableName });
    const moment = { SourceTableName: TableName, TargetTableName: `${TableName}-moment` };
    await assert.rejects(
      dynamodb.call('RestoreTableToPointInTime', { ...moment, RestoreDateTime: new Date(0) }),
      dynamodb.sdk.InvalidRestoreTimeException);
    await dynamodb.call('RestoreTableToPointInTime', { ...moment, RestoreDateTime: window.EarliestRestorableDateTime });
    const exported = await dynamodb.call('ExportTableToPointInTime', { TableArn: Table.RestoreSummary.SourceTableArn, S3Bucket: 'bucket' });
    const { ExportArn } = exported.ExportDescription;
    const { ExportDescription } = await dynamodb.call('DescribeExport', { ExportArn });
    assert.deepEqual([ExportDescription.ExportStatus, ExportDescription.FailureCode], ['FAILED', 'S3NoSuchBucket']);
    assert.ok((await dynamodb.call('ListExports')).ExportSummaries.some((each) => each.ExportArn === ExportArn));
    const imported = await dynamodb.call('ImportTable', {
      S3BucketSource: { S3Bucket: 'bucket' }, InputFormat: 'ION',
      TableCreationParameters: {
        TableName: `${TableName}-imported`, BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
      },
    });
    const { ImportArn } = imported.ImportTableDescription;
    assert.equal((await dynamodb.call('DescribeImport', { ImportArn })).ImportTableDescription.ImportStatus, 'FAILED');
    assert.ok((await dynamodb.call('ListImports')).ImportSummaryList.some((each) => each.ImportArn === ImportArn));
    await dynamodb.call('DeleteBackup', { BackupArn });
    await assert.rejects(dynamodb.call('DescribeBackup', { BackupArn }), dynamodb.sdk.BackupNotFoundException);
  });

  test('time to live, lists and errors', async () => {
    const dynamodb = client('dynamodb');
    await dynamodb.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } });
    const { TimeToLiveDescription: ttl } = await dynamodb.call('DescribeTimeToLive', { TableName });
    assert.equal(ttl.AttributeName, 'ttl');
    assert.ok((await dynamodb.call('ListTables')).TableNames.includes(TableName));
    await refused(dynamodb.call('DescribeTable', { TableName: 'nonesuch' }), 'ResourceNotFoundException');
    await refused(dynamodb.call('GetItem', { TableName, Key: { p: { S: 'a' } } }), 'ValidationException');
    await dynamodb.call('DeleteTable', { TableName });
    await refused(dynamodb.call('GetItem', { TableName, Key: { p: { S: 'a' }, s: { N: '1' } } }), 'ResourceNotFoundException');
  });

  test('an old clock is corrected by the Date of the answer', async () => {
    const late = client('dynamodb', { systemClockOffset: -3600000 });
    await refused(late.call('ListTables'), 'InvalidSignatureException');
    assert.ok((await late.call('ListTables')).TableNames);
  });
});

service('cloudwatch', () => {
  test('metrics are put, listed and read', async () => {
    const cloudwatch = client('cloudwatch');
    const Namespace = `js-${randomUUID()}`;
    const Dimensions = [{ Name: 'Service', Value: 'api' }];
    const now = new Date();
    await cloudwatch.call('PutMetricData', {
      Namespace,
      MetricData: [1, 2, 3].map((Value) => ({ MetricName: 'Latency', Dimensions, Value, Unit: 'Milliseconds', Timestamp: now })),
    });
    const { Metrics } = await cloudwatch.call('ListMetrics', { Namespace });
    assert.deepEqual(Metrics.map((metric) => metric.MetricName), ['Latency']);
    const span = { StartTime: new Date(now - 3600000), EndTime: new Date(+now + 3600000) };
    const { Datapoints } = await cloudwatch.call('GetMetricStatistics', {
      Namespace, MetricName: 'Latency', Dimensions, ...span, Period: 60, Statistics: ['Sum', 'Maximum', 'SampleCount'],
    });
    assert.deepEqual(Datapoints.map((point) => [point.Sum, point.Maximum, point.SampleCount]), [[6, 3, 3]]);
    const { MetricDataResults } = await cloudwatch.call('GetMetricData', {
      ...span,
      MetricDataQueries: [{
        Id: 'm1', MetricStat: { Metric: { Namespace, MetricName: 'Latency', Dimensions }, Period: 60, Stat: 'Average' },
      }],
    });
    assert.deepEqual(MetricDataResults[0].Values, [2]);
  });
});

service('logs', () => {
  test('events are put, read and filtered', async () => {
    const logs = client('logs');
    const group = { logGroupName: `js-${randomUUID()}` };
    const stream = { ...group, logStreamName: 'one' };
    await logs.call('CreateLogGroup', group);
    await assert.rejects(logs.call('CreateLogGroup', group), logs.sdk.ResourceAlreadyExistsException);
    await logs.call('CreateLogStream', stream);
    const timestamp = Date.now();
    await logs.call('PutLogEvents', { ...stream, logEvents: ['a', 'b', 'c'].map((message) => ({ timestamp, message })) });
    const read = await logs.call('GetLogEvents', { ...stream, startFromHead: true });
    assert.deepEqual(read.events.map((event) => event.message), ['a', 'b', 'c']);
    const found = await logs.call('FilterLogEvents', { ...group, filterPattern: 'b' });
    assert.deepEqual(found.events.map((event) => event.message), ['b']);
    const groups = await logs.call('DescribeLogGroups', { logGroupNamePrefix: group.logGroupName });
    assert.equal(groups.logGroups.length, 1);
    const streams = await logs.call('DescribeLogStreams', group);
    assert.deepEqual(streams.logStreams.map((each) => each.logStreamName), ['one']);
  });
});
