// The emulator that the tests of one file drive: the one at AWS_ENDPOINT_URL, or one of their own.
'use strict';
const { spawn } = require('node:child_process');
const { readFileSync, existsSync } = require('node:fs');
const { join, resolve: absolute } = require('node:path');

const top = join(__dirname, '..', '..', '..');
const programs = ['build/dev/emulator/florin-emulator', 'build/bin/florin-emulator'];

// The services that are built, as services.def lists them.
const built = readFileSync(join(top, 'emulator/services/services.def'), 'utf8')
  .split('\n').map((line) => /^SERVICE\((\w+)\)/.exec(line)).filter(Boolean).map((found) => found[1]);

function program() {
  const named = process.env.FLORIN_EMULATOR;
  const found = (named ? [named] : programs).map((path) => absolute(top, path)).find(existsSync);
  if (!found) throw new Error('no florin-emulator is built: run scripts/build');
  return found;
}

// Resolves to { endpoint, stop() }; stop() rejects unless the emulator ended well.
function start() {
  const given = process.env.AWS_ENDPOINT_URL;
  if (given) return Promise.resolve({ endpoint: given, stop: async () => {} });
  return new Promise((resolve, reject) => {
    const child = spawn(program(), ['--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((done) => child.on('exit', (code) => done(code)));
    let errors = '';
    child.stderr.on('data', (bytes) => { errors += bytes; });
    child.stdout.once('data', (bytes) => resolve({
      endpoint: String(bytes).trim().split(' ').pop(),
      stop: async () => {
        child.kill('SIGTERM');
        const code = await ended;
        if (code !== 0) throw new Error(`the emulator ended with ${code}: ${errors}`);
      },
    }));
    ended.then((code) => reject(new Error(`the emulator ended with ${code}: ${errors}`)));
  });
}

// What each client of the SDK is made with: no retries, so that each answer is seen.
function options(endpoint, more = {}) {
  return {
    endpoint, region: 'us-east-1', maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, ...more,
  };
}

module.exports = { built, options, start };
