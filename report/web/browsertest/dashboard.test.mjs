// Drives the dashboard as its readers do. Run by TestBrowser of package web, which
// serves it: BASE is its address, EDITION the folder of an edition of it, CHROMIUM the
// browser, SHOTS a folder for pictures.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const { BASE, CHROMIUM, EDITION, SHOTS, BODY = 'akimat_abai', OTHER = 'akimat_astana' } = process.env;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const languages = ['kk', 'ru', 'en'];
const pages = {
  overview: '/',
  body: `/body/${BODY}`,
  compare: `/compare?body=${BODY}&body=${OTHER}`,
  equity: '/equity',
  coverage: '/coverage',
  data: '/data',
  method: '/method',
  error: '/nothing',
};

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

// open gives a page at an address, once it is computed. What the browser complains
// about (a refused style, a failed script) fails the test.
async function open(t, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, bypassCSP: false, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.on('console', (m) => {
    if (m.type() === 'error' && !m.text().includes('404')) assert.fail(`the browser says: ${m.text()}`);
  });
  page.on('request', (r) => assert.ok(r.url().startsWith(BASE), `the page loads ${r.url()}`));
  await page.goto(BASE + path);
  await page.waitForFunction(() => !document.querySelector('progress'));
  return page;
}

const picture = async (page, name, width, height) => {
  await page.setViewportSize({ width, height });
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
};

const names = (page) => page.locator('.league').first().locator('tbody th a').allTextContents();

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    const choose = async (page, name, value) => {
      const before = page.url();
      await page.selectOption(`select[name=${name}]`, value);
      if (!javaScriptEnabled) await page.click('form.choices button');
      await page.waitForURL((url) => url.href !== before);
    };

    test('sort', async (t) => {
      const page = await open(t, '/en/', { javaScriptEnabled });
      const ranked = await names(page);
      await page.click('.league thead a:has-text("Body")');
      await page.waitForURL(/sort=body/);
      const up = await names(page);
      assert.notDeepEqual(up, ranked);
      await page.click('.league thead a:has-text("Body")');
      await page.waitForURL(/order=down/);
      assert.deepEqual(await names(page), up.toReversed());
      assert.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending');
    });

    test('filter', async (t) => {
      const page = await open(t, '/en/', { javaScriptEnabled });
      const all = await names(page);
      await choose(page, 'level', 'local');
      const local = await names(page);
      assert.ok(local.length > 0 && local.length < all.length, `${local.length} of ${all.length} bodies are local`);
      await choose(page, 'horizon', '30d');
      assert.match(await page.locator('h2').first().textContent(), /30 d/);
      assert.deepEqual(new Set(await names(page)), new Set(local));
    });

    test('compare', async (t) => {
      const page = await open(t, '/en/compare', { javaScriptEnabled });
      await page.check(`input[value=${BODY}]`);
      await page.check(`input[value=${OTHER}]`);
      await page.click('form.choices button');
      await page.waitForURL(/body=.*body=/);
      assert.equal((await names(page)).length, 2);
      assert.equal(await page.locator('figure .legend li').count(), 2);
    });

    test('change language', async (t) => {
      const page = await open(t, `/en/body/${BODY}?horizon=3d`, { javaScriptEnabled });
      const title = await page.locator('h1').textContent();
      await page.click('nav.languages a[lang=kk]');
      await page.waitForURL(/\/kk\//);
      assert.match(page.url(), /horizon=3d/);
      assert.equal(await page.locator('html').getAttribute('lang'), 'kk');
      assert.notEqual(await page.locator('h1').textContent(), title);
    });

    test("read a chart's table", async (t) => {
      const page = await open(t, `/en/body/${BODY}`, { javaScriptEnabled });
      const figure = page.locator('#figure-curve');
      assert.equal(await figure.locator('table').isVisible(), false);
      await figure.locator('summary').click();
      assert.equal(await figure.locator('table').isVisible(), true);
      const cells = await figure.locator('tbody tr').first().locator('th, td').allTextContents();
      assert.match(cells[1], /\d+\s%.*\[\d+–\d+\]/);
    });

    test('follow a permanent link', async (t) => {
      const page = await open(t, '/ru/?by=substantive&sort=substantive', { javaScriptEnabled });
      const shown = await page.locator('.league tbody').textContent();
      await page.click('a.permanent');
      await page.waitForURL(/asof=/);
      await page.waitForFunction(() => !document.querySelector('progress'));
      assert.equal(await page.locator('.league tbody').textContent(), shown);
    });

    test('download', async (t) => {
      const page = await open(t, '/ru/data', { javaScriptEnabled });
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#downloads ~ ul a').first().click()]);
      const csv = await readFile(await download.path(), 'utf8');
      assert.match(csv, /^rank_lo,rank_hi,body_id,body,level,any,any_lo,any_hi,any_n,any_censored,any_coverage,any_horizon,any_as_of,/);
    });
  });
}

test('a reader without a mouse comes to the content first', async (t) => {
  const page = await open(t, '/en/');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

test('every page of an edition opens from a disk, without a server', async (t) => {
  const root = pathToFileURL(`${EDITION}/`).href;
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.on('console', (m) => m.type() === 'error' && assert.fail(`the browser says: ${m.text()}`));
  page.on('request', (r) => assert.ok(r.url().startsWith(root), `the page loads ${r.url()}`));
  page.on('requestfailed', (r) => assert.fail(`${r.url()} is not there`));
  const files = (await readdir(EDITION, { recursive: true })).filter((f) => f.endsWith('.html'));
  assert.ok(files.length > 60, `${files.length} pages`);
  for (const file of files) {
    await page.goto(root + file);
    assert.equal(await page.locator('h1').count(), 1, file);
    assert.ok(await page.locator('img').evaluateAll((all) => all.every((i) => i.complete && i.naturalWidth > 0)), `${file}: a picture is missing`);
    assert.equal(await page.locator('form').count(), 0, file);
  }
  await page.goto(`${root}index.html`);
  await page.click('a[lang=kk]');
  await page.locator('.league tbody a').first().click();
  await page.click('nav.languages a[lang=ru]');
  assert.match(page.url(), /\/ru\/body\/.*\.html$/);
  await page.click('nav.pages a >> nth=1');
  assert.match(page.url(), /\/ru\/equity\.html$/);
  const tables = await page.locator('.csv a').evaluateAll((all) => all.map((a) => a.href));
  for (const href of tables) assert.match(await readFile(new URL(href), 'utf8'), /^[a-z_]+,/);
});

test('details are open on paper', async (t) => {
  const page = await open(t, `/en/body/${BODY}`, { javaScriptEnabled: false });
  const table = page.locator('#figure-curve table');
  assert.equal(await table.isVisible(), false);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await table.isVisible(), true);
});

test('no more than five bodies can be ticked', async (t) => {
  const page = await open(t, '/en/compare');
  const boxes = page.locator('input[name=body]');
  for (let i = 0; i < 5; i++) await boxes.nth(i).check();
  assert.equal(await boxes.nth(5).isDisabled(), true);
  await boxes.nth(0).uncheck();
  assert.equal(await boxes.nth(5).isDisabled(), false);
});

for (const lang of languages) {
  test(`every page in ${lang}: axe, light and dark; fits 360 px; picture`, async (t) => {
    const page = await open(t, `/${lang}/`, { bypassCSP: true }); // axe is put into the page
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${BASE}/${lang}${path}`);
      await page.waitForFunction(() => !document.querySelector('progress'));
      if (SHOTS && lang === 'en' && name !== 'error') {
        await picture(page, name, 1000, 1150);
        if (name === 'equity') {
          for (const part of ['themes', 'survey']) {
            await page.locator(`h2#${part}`).evaluate((h) => h.scrollIntoView({ behavior: 'instant' }));
            await picture(page, part, 1000, 800);
          }
        }
      }
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const told = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`);
        assert.deepEqual(told, [], `${lang}${path}, ${colorScheme}`);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      for (const screen of [840, 1000, 1200]) {
        await page.setViewportSize({ width: screen, height: 740 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= screen, `${lang}${path} is ${wide} px wide on a screen of ${screen}`);
      }
      await page.setViewportSize({ width: 360, height: 740 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      const labels = await page.locator('svg.chart').evaluateAll((charts) => charts.flatMap((chart) => {
        const axis = [...chart.querySelectorAll('text[text-anchor=middle], text[text-anchor=end]')].filter((t) => t.checkVisibility());
        const boxes = axis.map((t) => t.getBoundingClientRect()).sort((a, b) => a.left - b.left);
        return boxes.slice(1).filter((box, i) => Math.abs(box.top - boxes[i].top) < 2 && box.left < boxes[i].right).map(() => chart.querySelector('title').textContent);
      }));
      assert.deepEqual(labels, [], `${lang}${path}: labels of charts lie on each other on a screen of 360`);
      assert.ok(width <= 360, `${lang}${path} is ${width} px wide on a screen of 360`);
      if (SHOTS && lang === 'kk' && name === 'overview') {
        await page.locator('.league').scrollIntoViewIfNeeded();
        await picture(page, 'phone', 360, 740);
      }
      await page.setViewportSize({ width: 1200, height: 900 });
    }
  });
}
