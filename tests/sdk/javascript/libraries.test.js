// Well-known libraries over DynamoDB, as their registries have them: each does what its users do.
'use strict';
const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const { after, before, describe, test } = require('node:test');
const { DynamoDB, waitUntilTableExists } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient } = require('@aws-sdk/lib-dynamodb');
const { options, start } = require('./emulator');

let emulator;
let database;
let documents;
before(async () => {
  emulator = await start();
  database = new DynamoDB(options(emulator.endpoint));
  documents = DynamoDBDocumentClient.from(database);
});
after(() => emulator.stop());

const conditional = (error) => (error.cause ?? error).name === 'ConditionalCheckFailedException';

// A table of keys pk and sk with one global index of gpk and gsk, as single-table designs have.
async function singleTable() {
  const TableName = `single-${randomUUID()}`;
  const names = ['pk', 'sk', 'gpk', 'gsk'];
  const schema = (hash, range) => [{ AttributeName: hash, KeyType: 'HASH' }, { AttributeName: range, KeyType: 'RANGE' }];
  await database.createTable({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: schema('pk', 'sk'),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [{ IndexName: 'gsi', KeySchema: schema('gpk', 'gsk'), Projection: { ProjectionType: 'ALL' } }],
  });
  await waitUntilTableExists({ client: database, minDelay: 1, maxWaitTime: 20 }, { TableName });
  return TableName;
}

describe('dynamoose', () => {
  let dynamoose;
  let Payment;
  const owner = randomUUID();

  before(async () => {
    dynamoose = require('dynamoose');
    dynamoose.aws.ddb.set(database);
    const schema = new dynamoose.Schema({
      owner: { type: String, hashKey: true },
      id: { type: Number, rangeKey: true },
      state: { type: String, index: { name: 'by-state', rangeKey: 'id' } },
      amount: Number,
      tags: { type: Set, schema: [String] },
      lines: { type: Array, schema: [{ type: Object, schema: { text: String, amount: Number } }] },
      due: Date,
    }, { timestamps: true });
    Payment = dynamoose.model(`Payment-${randomUUID()}`, schema);
    // The model makes its table, waits for it and sets its time to live.
    const table = new dynamoose.Table(`table-${randomUUID()}`, [Payment], {
      initialize: false, expires: 3600, waitForActive: { check: { frequency: 50 } },
    });
    await table.initialize();
  });

  test('items are created, read, changed and deleted', async () => {
    const made = { owner, id: 1, state: 'open', amount: 12.5, tags: new Set(['a', 'b']), lines: [{ text: 'x', amount: 1 }], due: new Date(86400000) };
    await Payment.create(made);
    const read = await Payment.get({ owner, id: 1 });
    assert.deepEqual([read.amount, [...read.tags].sort(), read.lines[0].text, +read.due], [12.5, ['a', 'b'], 'x', 86400000]);
    assert.ok(read.createdAt instanceof Date);
    await assert.rejects(Payment.create(made), conditional);
    const updated = await Payment.update({ owner, id: 1 }, { $ADD: { amount: 2.5 }, $SET: { state: 'paid' }, $REMOVE: ['due'] });
    assert.deepEqual([updated.amount, updated.state, updated.due], [15, 'paid', undefined]);
    const guard = new dynamoose.Condition().where('state').eq('open');
    await assert.rejects(Payment.update({ owner, id: 1 }, { $SET: { state: 'void' } }, { condition: guard }), conditional);
    await Payment.delete({ owner, id: 1 });
    assert.equal(await Payment.get({ owner, id: 1 }), undefined);
  });

  test('queries, scans and batches', async () => {
    const batch = [2, 3, 4, 5].map((id) => ({ owner, id, state: id % 2 ? 'odd' : 'even', amount: id }));
    await Payment.batchPut(batch);
    const later = await Payment.query('owner').eq(owner).where('id').gt(2).sort('descending').exec();
    assert.deepEqual(later.map((each) => each.id), [5, 4, 3]);
    const odd = await Payment.query('state').eq('odd').using('by-state').attributes(['owner', 'id']).exec();
    assert.deepEqual(odd.map((each) => each.id), [3, 5]);
    const page = await Payment.query('owner').eq(owner).limit(3).exec();
    const rest = await Payment.query('owner').eq(owner).startAt(page.lastKey).exec();
    assert.deepEqual([...page, ...rest].map((each) => each.id), [2, 3, 4, 5]);
    const scanned = await Payment.scan('amount').between(3, 4).and().where('state').contains('e').exec();
    assert.deepEqual(scanned.map((each) => each.id), [4]);
    assert.equal((await Payment.scan().count().exec()).count, 4);
    const read = await Payment.batchGet([2, 5, 9].map((id) => ({ owner, id })));
    assert.deepEqual(read.map((each) => each.id).sort(), [2, 5]);
    await Payment.batchDelete([2, 3, 4, 5].map((id) => ({ owner, id })));
    assert.equal((await Payment.query('owner').eq(owner).count().exec()).count, 0);
  });

  test('a transaction happens whole or not at all', async () => {
    await Payment.create({ owner, id: 10, amount: 100 });
    const move = (from) => dynamoose.transaction([
      Payment.transaction.update({ owner, id: 10 }, { $ADD: { amount: -30 } }),
      Payment.transaction.create({ owner, id: 11, amount: 30 }, { overwrite: false }),
      ...from,
    ]);
    await move([]);
    await assert.rejects(move([]), { name: 'TransactionCanceledException' });
    const both = await dynamoose.transaction([10, 11].map((id) => Payment.transaction.get({ owner, id })));
    assert.deepEqual(both.map((each) => each.amount), [70, 30]);
  });
});

describe('electrodb', () => {
  const { Entity, Service } = require('electrodb');
  let Account;
  let Entry;
  let ledger;

  before(async () => {
    const configuration = { client: documents, table: await singleTable() };
    const index = (pk, sk, more = {}) => ({
      pk: { field: more.index ? 'gpk' : 'pk', composite: pk }, sk: { field: more.index ? 'gsk' : 'sk', composite: sk }, ...more,
    });
    Account = new Entity({
      model: { entity: 'account', version: '1', service: 'ledger' },
      attributes: {
        owner: { type: 'string', required: true }, account: { type: 'string', default: () => randomUUID() },
        balance: { type: 'number', default: 0 }, labels: { type: 'set', items: 'string' }, state: { type: ['open', 'closed'], default: 'open' },
      },
      indexes: { byOwner: index(['owner'], ['account'], { collection: 'everything' }) },
    }, configuration);
    Entry = new Entity({
      model: { entity: 'entry', version: '1', service: 'ledger' },
      attributes: {
        owner: { type: 'string' }, account: { type: 'string' }, at: { type: 'number', padding: { length: 6, char: '0' } },
        amount: { type: 'number' }, note: { type: 'map', properties: { text: { type: 'string' } } },
      },
      indexes: {
        byOwner: index(['owner'], ['account', 'at'], { collection: 'everything' }),
        byAccount: index(['account'], ['at'], { index: 'gsi' }),
      },
    }, configuration);
    ledger = new Service({ Account, Entry }, configuration);
  });

  test('entities are created once, patched under conditions and removed', async () => {
    const key = { owner: 'ada', account: 'a1' };
    const { data } = await Account.create({ ...key, labels: ['x', 'y'] }).go();
    assert.deepEqual([data.balance, data.state], [0, 'open']);
    await assert.rejects(Account.create(key).go(), conditional);
    const patched = await Account.patch(key).add({ balance: 5 }).delete({ labels: ['x'] })
      .where(({ state }, { eq }) => eq(state, 'open')).go({ response: 'all_new' });
    assert.deepEqual([patched.data.balance, patched.data.labels], [5, ['y']]);
    await assert.rejects(Account.patch({ ...key, account: 'none' }).set({ balance: 1 }).go(), conditional);
    await assert.rejects(Account.patch(key).subtract({ balance: 9 })
      .where(({ balance }, { gte }) => gte(balance, 9)).go(), conditional);
    await Account.remove(key).go();
    assert.equal((await Account.get(key).go()).data, null);
  });

  test('queries by index, range and collection, page by page', async () => {
    await Account.put({ owner: 'bob', account: 'b1', balance: 7 }).go();
    const entries = [1, 20, 300, 4000].map((at) => ({ owner: 'bob', account: 'b1', at, amount: at / 2, note: { text: `n${at}` } }));
    const { unprocessed } = await Entry.put(entries).go();
    assert.deepEqual(unprocessed, []);
    const range = await Entry.query.byAccount({ account: 'b1' }).between({ at: 2 }, { at: 300 }).go();
    assert.deepEqual(range.data.map((each) => each.at), [20, 300]);
    const latest = await Entry.query.byAccount({ account: 'b1' }).go({ order: 'desc', limit: 1 });
    assert.deepEqual([latest.data[0].at, latest.data[0].note.text], [4000, 'n4000']);
    const second = await Entry.query.byAccount({ account: 'b1' }).go({ order: 'desc', limit: 1, cursor: latest.cursor });
    assert.equal(second.data[0].at, 300);
    const rich = await Entry.query.byOwner({ owner: 'bob' }).where(({ amount }, { gt }) => gt(amount, 100)).go();
    assert.deepEqual(rich.data.map((each) => each.at), [300, 4000]);
    const all = await ledger.collections.everything({ owner: 'bob' }).go();
    assert.deepEqual([all.data.Account.length, all.data.Entry.length], [1, 4]);
    const read = await Entry.get(entries.slice(0, 2)).go();
    assert.equal(read.data.length, 2);
    const scanned = await Entry.scan.where(({ note }, { begins }) => begins(note.text, 'n3')).go();
    assert.deepEqual(scanned.data.map((each) => each.at), [300]);
  });

  test('transactions are whole', async () => {
    const entry = { owner: 'cyd', account: 'c1', at: 1, amount: 3 };
    const write = () => ledger.transaction.write(({ Account: account, Entry: made }) => [
      account.upsert({ owner: 'cyd', account: 'c1' }).add({ balance: 3 }).commit(),
      made.create(entry).commit(),
    ]).go();
    assert.equal((await write()).canceled, false);
    const again = await write();
    assert.equal(again.canceled, true);
    assert.deepEqual(again.data.map((each) => each.code), ['None', 'ConditionalCheckFailed']);
    const { data } = await ledger.transaction.get(({ Account: account, Entry: made }) => [
      account.get({ owner: 'cyd', account: 'c1' }).commit(), made.get(entry).commit(),
    ]).go();
    assert.deepEqual([data[0].item.balance, data[1].item.amount], [3, 3]);
  });
});

describe('dynamodb-toolbox', () => {
  const toolbox = require('dynamodb-toolbox');
  const { item, string, number, list, set, map, any } = toolbox;
  let table;
  let Order;

  before(async () => {
    const key = (hash, range) => ({ partitionKey: { name: hash, type: 'string' }, sortKey: { name: range, type: 'string' } });
    table = new toolbox.Table({
      documentClient: documents, name: await singleTable(), ...key('pk', 'sk'),
      indexes: { gsi: { type: 'global', ...key('gpk', 'gsk') } },
    });
    Order = new toolbox.Entity({
      name: 'Order', table,
      schema: item({
        customer: string().key().savedAs('pk'), id: string().key().savedAs('sk'),
        gpk: string().optional(), gsk: string().optional(),
        total: number(), lines: list(map({ sku: string(), count: number() })).default([]),
        tags: set(string()).optional(), extra: any().optional(),
      }),
    });
  });

  const put = (given, more = {}) => Order.build(toolbox.PutItemCommand).item(given).options(more).send();
  const get = (key) => Order.build(toolbox.GetItemCommand).key(key).send().then((answer) => answer.Item);

  test('items go and come through the schema', async () => {
    const key = { customer: 'ada', id: 'o1' };
    await put({ ...key, total: 10, tags: new Set(['x']), extra: { any: [1, 'two'] } }, { condition: { attr: 'customer', exists: false } });
    await assert.rejects(put({ ...key, total: 11 }, { condition: { attr: 'customer', exists: false } }), conditional);
    const { Attributes } = await Order.build(toolbox.UpdateItemCommand).item({
      ...key, total: toolbox.$add(5), lines: toolbox.$append([{ sku: 's', count: 2 }]), extra: toolbox.$remove(), tags: toolbox.$add(new Set(['y'])),
    }).options({ returnValues: 'ALL_NEW', condition: { attr: 'total', lt: 11 } }).send();
    assert.deepEqual([Attributes.total, Attributes.lines, Attributes.extra, [...Attributes.tags].sort()], [15, [{ sku: 's', count: 2 }], undefined, ['x', 'y']]);
    await Order.build(toolbox.DeleteItemCommand).key(key).send();
    assert.equal(await get(key), undefined);
  });

  test('queries, scans and batches', async () => {
    const orders = ['1', '2', '3'].map((id) => ({ customer: 'bob', id, total: +id, gpk: 'open', gsk: `t#${4 - id}` }));
    await toolbox.executeBatchWrite(table.build(toolbox.BatchWriteCommand)
      .requests(...orders.map((each) => Order.build(toolbox.BatchPutRequest).item(each))));
    const query = (range, more = {}) => table.build(toolbox.QueryCommand).entities(Order).query(range).options(more).send();
    const found = await query({ partition: 'bob', range: { between: ['1', '2'] } }, { reverse: true });
    assert.deepEqual(found.Items.map((each) => each.id), ['2', '1']);
    const open = await query({ index: 'gsi', partition: 'open', range: { beginsWith: 't#' } }, { filters: { Order: { attr: 'total', gt: 1 } } });
    assert.deepEqual(open.Items.map((each) => each.id), ['3', '2']);
    const scanned = await table.build(toolbox.ScanCommand).entities(Order).options({ maxPages: Infinity, limit: 2 }).send();
    assert.equal(scanned.Items.length, 3);
    const { Responses } = await toolbox.executeBatchGet(table.build(toolbox.BatchGetCommand)
      .requests(...['1', '3'].map((id) => Order.build(toolbox.BatchGetRequest).key({ customer: 'bob', id }))));
    assert.deepEqual(Responses[0].map((each) => each.total).sort(), [1, 3]);
  });

  test('transactions are whole', async () => {
    const write = () => toolbox.executeTransactWrite(
      Order.build(toolbox.UpdateTransaction).item({ customer: 'bob', id: '1', total: toolbox.$add(1) }),
      Order.build(toolbox.PutTransaction).item({ customer: 'bob', id: '9', total: 9 }).options({ condition: { attr: 'customer', exists: false } }),
    );
    await write();
    await assert.rejects(write(), { name: 'TransactionCanceledException' });
    const { Responses } = await toolbox.executeTransactGet(
      ...['1', '9'].map((id) => Order.build(toolbox.GetTransaction).key({ customer: 'bob', id })));
    assert.deepEqual(Responses.map((each) => each.Item.total), [2, 9]);
  });
});

describe('connect-dynamodb under express-session', () => {
  const express = require('express');
  const session = require('express-session');
  let server;
  let store;
  const table = `sessions-${randomUUID()}`;

  before(async () => {
    const Store = require('connect-dynamodb')(session);
    store = new Store({ client: database, table, hashKey: 'sid', specialKeys: [{ name: 'user', type: 'S' }], skipThrowMissingSpecialKeys: true });
    const app = express();
    app.use(session({ store, secret: 'secret', resave: false, saveUninitialized: false, cookie: { maxAge: 60000 } }));
    app.get('/enter/:user', (request, response) => { request.session.user = request.params.user; response.send('in'); });
    app.get('/count', (request, response) => {
      request.session.count = (request.session.count ?? 0) + 1;
      response.json({ user: request.session.user, count: request.session.count });
    });
    app.get('/leave', (request, response) => request.session.destroy(() => response.send('out')));
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  const ask = async (path, cookie) => {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers: cookie ? { cookie } : {} });
    const given = answer.headers.get('set-cookie')?.split(';')[0];
    const body = await answer.text();
    assert.equal(answer.status, 200, body);
    return { body, cookie: given ?? cookie };
  };
  const call = (method, ...given) => new Promise((resolve, reject) => {
    store[method](...given, (error, value) => (error ? reject(error) : resolve(value)));
  });

  test('the store makes its table, and a session lives in it from login to logout', async () => {
    const { cookie } = await ask('/enter/ada');
    assert.deepEqual(JSON.parse((await ask('/count', cookie)).body), { user: 'ada', count: 1 });
    assert.deepEqual(JSON.parse((await ask('/count', cookie)).body), { user: 'ada', count: 2 });
    const { Items } = await database.scan({ TableName: table });
    assert.equal(Items[0].user.S, 'ada');
    await ask('/leave', cookie);
    assert.deepEqual(JSON.parse((await ask('/count', cookie)).body), { count: 1 });
    const { Table } = await database.describeTable({ TableName: table });
    assert.deepEqual(Table.ProvisionedThroughput.ReadCapacityUnits, 5);
  });

  test('a touched session lives on, an expired one is none and is reaped', async () => {
    const lives = (seconds) => ({ cookie: { maxAge: seconds * 1000 }, user: 'bob' });
    await call('set', 'old', lives(-10));
    await call('set', 'young', lives(1000));
    assert.equal(await call('get', 'old'), null);
    assert.equal((await call('get', 'young')).user, 'bob');
    const expiry = async () => (await database.getItem({ TableName: table, Key: { sid: { S: 'sess:young' } } })).Item.expires.N;
    const first = +await expiry();
    await call('touch', 'young', lives(5000));
    assert.ok(+await expiry() > first + 3000);
    await call('reap'); // scans with the parameters that came before expressions
    const left = await database.scan({ TableName: table, FilterExpression: 'begins_with(sid, :s)', ExpressionAttributeValues: { ':s': { S: 'sess:' } } });
    const names = left.Items.map((each) => each.sid.S);
    assert.ok(names.includes('sess:young') && !names.includes('sess:old'), names.join());
    await call('destroy', 'young');
    assert.equal(await call('get', 'young'), null);
  });
});
