/** What a browser makes of pictures: texts as wide as they were measured, none over another, and well-formed documents. */
import assert from 'node:assert/strict';
import { chromium, type Browser, type Page } from 'playwright-core';
import { diagramFormats } from '../../../../src/compile/source/diagram/index.js';
import { hostileNames } from '../hostile.js';
import { full, sceneAt, subjects } from './subjects.js';
import { browserFlags, installedBrowser } from '../../../support/chromium.js';

/* In the page: the texts whose boxes have more than half a unit in common. */
const meetingInPage = `(() => {
  const all = [...document.querySelectorAll('svg text')].map((one) => [one.textContent, one.getBoundingClientRect()]);
  const found = [];
  all.forEach(([text, a], at) => all.slice(at + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    // The box of a line is as high as the font's, letters are lower.
    if (wide > 0.5 && high > 0.25 * Math.min(a.height, b.height, a.width, b.width) + 0.5) found.push(text + ' | ' + other);
  }));
  return { texts: all.length, found };
})()`;

describe('pictures in a browser', function () {
  this.timeout(600_000);
  let browser: Browser | undefined;
  let page: Page;
  before(async function () {
    // Minutes; and Debian’s chromium or another, nothing is downloaded for it.
    if (!full || installedBrowser === undefined) return this.skip();
    browser = await chromium.launch({ executablePath: installedBrowser, args: [...browserFlags] });
    page = await browser.newPage({ javaScriptEnabled: true });
  });
  after(() => browser?.close());

  it('no text meets another, in any listed model at both data sets', async () => {
    for (const subject of subjects) {
      await page.setContent(diagramFormats.svg(sceneAt(subject)).replace(/^<\?xml.*\n/, ''));
      const { texts, found } = (await page.evaluate(meetingInPage)) as { texts: number; found: string[] };
      assert.ok(texts > 3);
      assert.deepEqual(found, [], subject.name);
    }
  });

  it('R11: hostile names are text, in an SVG document and in a page', async () => {
    const scene = sceneAt(subjects[0]!);
    const check = `(svg, html) => {
      const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
      const page = new DOMParser().parseFromString(html, 'text/html');
      return {
        wrong: document.querySelector('parsererror') !== null,
        elements: [document.querySelectorAll('*').length, page.querySelectorAll('*').length],
        scripts: document.querySelectorAll('script').length + page.querySelectorAll('script,img,iframe,a').length,
      };
    }`;
    const parsed = (name: string) =>
      page.evaluate(`(${check})(${JSON.stringify(diagramFormats.svg({ ...scene, name }))}, ${JSON.stringify(diagramFormats.html({ ...scene, name }))})`) as Promise<{ wrong: boolean; elements: number[]; scripts: number }>; // prettier-ignore
    const { elements } = await parsed('plain');
    for (const name of hostileNames) {
      const found = await parsed(name);
      assert.deepEqual(found, { wrong: false, elements, scripts: 0 }, JSON.stringify(name));
    }
  });
});
