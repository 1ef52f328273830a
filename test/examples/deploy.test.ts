/** The page of example 7 shows in a browser what the same folder computes under Node. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { network } from '../../examples/07-deploy-in-a-browser/network.js';
import { painted, pixels, size } from '../../examples/07-deploy-in-a-browser/pictures.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { load } from '../../src/run/index.js';
import { browserFlags, installedBrowser } from '../support/chromium.js';

const run = promisify(execFile);
const example = 'examples/07-deploy-in-a-browser';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Serves a folder of a few known files on this machine alone. */
const served = async (folder: string): Promise<{ readonly url: string; readonly server: Server }> => {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html');
    readFile(join(folder, path)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(bytes), // prettier-ignore
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
};

describe('examples: 07-deploy-in-a-browser', function () {
  this.timeout(300_000);
  let out = '';
  let server: Server | undefined;
  let browser: Browser | undefined;
  let url = '';

  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'maskskip-page-'));
    const { stderr } = await run(process.execPath, ['--import', 'tsx', `${example}/build.ts`, out]);
    assert.equal(stderr, '');
  });
  after(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
    await rm(out, { recursive: true, force: true });
  });

  it('the bundle holds nothing of Node', async () => {
    const bundle = await readFile(join(out, 'main.js'), 'utf8');
    assert.doesNotMatch(bundle, /(?:from|import\()\s*["']node:/);
  });

  it('makes the picture that Node makes, to 2 of 255, and says so when a file was cut short', async function () {
    // Debian’s chromium, or any other; nothing is downloaded for it.
    if (installedBrowser === undefined) return this.skip();
    ({ url, server } = await served(out));
    browser = await chromium.launch({ executablePath: installedBrowser, args: [...browserFlags] });
    const page = await browser.newPage({ viewport: { width: 640, height: 560 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(url);
    await page.waitForSelector('body[data-state]', { timeout: 60_000 });
    assert.match((await page.textContent('#state'))!, /^64×64 pixels in \d+\.\d ms$/);
    assert.deepEqual(errors, []);
    const shown = async (id: string): Promise<readonly number[]> =>
      // The function runs in the page, as text: the types of a browser are not those of this file.
      (await page.evaluate(`[...document.querySelector('#${id}').getContext('2d').getImageData(0, 0, ${size}, ${size}).data]`)) as number[]; // prettier-ignore
    if (process.env['MASKSKIP_SCREENSHOT'] !== undefined)
      await page.screenshot({ path: process.env['MASKSKIP_SCREENSHOT'] });

    await unsafeActivate({ backend: 'cpu' });
    const compiled = await load(join(out, 'model'), network);
    const { made } = await compiled({ picture: { data: painted(), shape: [1, size, size, 3] } }, { as: 'arrays' }); // prettier-ignore
    compiled.dispose();
    const wanted = pixels(made.data);
    assert.deepEqual(await shown('given'), [...pixels(painted())]);
    const differences = (await shown('made')).map((value, i) => Math.abs(value - wanted[i]!));
    assert.equal(differences.length, size * size * 4);
    assert.ok(Math.max(...differences) <= 2, `${Math.max(...differences)} of 255`);
    assert.ok(new Set(wanted).size > 20, 'the picture is not of one colour');

    const shard = join(out, 'model', 'group1-shard1of1.bin');
    await writeFile(shard, (await readFile(shard)).subarray(0, -1));
    await page.reload();
    await page.waitForSelector('body[data-state=failed]', { timeout: 60_000 });
    assert.match(
      (await page.textContent('#state'))!,
      /✗ T04 .*group1-shard1of1\.bin: got \d+ bytes, wanted \d+ bytes/,
    );
  });
});
