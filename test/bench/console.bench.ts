import type { Page } from 'playwright-core';
import { launchChromium } from '../console/chromium';
import { RedisServer } from '../support/redis-server';
import { percentile, report } from './measure';
import { startService } from './processes';

const CHANGES = 200;
const OPENINGS = 9;
const SESSIONS = 10_000;
const CHANGES_PER_SECOND = 500;
const SCROLL_MS = 10_000;
/** Requests under way at once while sessions are opened. */
const OPENERS = 32;

/** What somebody at the console waits for: the first page, a change, and the list while they scroll through it. */
export async function consolePage(): Promise<void> {
  const redis = await RedisServer.start();
  const service = await startService(redis.url);
  const url = `http://${service.address}`;
  const browser = await launchChromium();
  await measureFirstPage(async () => (await browser.newContext()).newPage(), url);
  await measureChanges(await browser.newPage(), url);
  await measureScrolling(await browser.newPage(), url);
  await browser.close();
  await service.stop();
  await redis.stop();
}

async function post(url: string, json: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}.`);
}

/** Each time with an empty cache. Interactive: the list has come and its search can be typed into. */
async function measureFirstPage(newPage: () => Promise<Page>, url: string): Promise<void> {
  await post(`${url}/v1/sessions`, { sessionId: 'first' });
  const readyMs: number[] = [];
  const bytes: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const page = await newPage();
    await page.goto(`${url}/console/sessions`);
    await page.getByRole('link', { name: 'first' }).waitFor();
    readyMs.push(await page.evaluate<number>('performance.now()'));
    bytes.push(
      await page.evaluate<number>(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))" +
          '.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)',
      ),
    );
    await page.context().close();
  }
  report('console', 'first page, compressed', Math.max(...bytes), 'bytes', { atMost: 250_000 });
  report('console', 'time to interactive, p50', percentile(readyMs, 0.5), 'ms');
  report('console', 'time to interactive, p95', percentile(readyMs, 0.95), 'ms', { atMost: 1500 });
}

/** From the sending of a change to its words on the page, on the clock that both processes share. */
async function measureChanges(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console/sessions/first`);
  await page.getByText('Nobody has said anything yet').waitFor();
  await page.evaluate(`
    globalThis.seen = {};
    new MutationObserver(() => {
      for (const [, number] of document.body.textContent.matchAll(/change-(\\d+)\\./g))
        seen[number] ??= performance.timeOrigin + performance.now();
    }).observe(document.body, { childList: true, subtree: true, characterData: true });`);
  const sentAt: number[] = [];
  for (let index = 0; index < CHANGES; index += 1) {
    sentAt.push(performance.timeOrigin + performance.now());
    const message = { op: 'append', agent: 'Concierge', role: 'user', content: `change-${index}.` };
    await post(`${url}/v1/sessions/first/ops`, { ops: [message] });
    await page.getByText(`change-${index}.`).waitFor();
  }
  const seen = await page.evaluate<Record<string, number>>('seen');
  const lags = sentAt.map((at, index) => (seen[index] as number) - at);
  report('console', 'change sent to seen on the page, p50', percentile(lags, 0.5), 'ms');
  report('console', 'change sent to seen on the page, p95', percentile(lags, 0.95), 'ms', { atMost: 250 });
  await page.close();
}

async function measureScrolling(page: Page, url: string): Promise<void> {
  await openSessions(url);
  await page.goto(`${url}/console/sessions`);
  await page.locator('[role=row][data-index]').first().waitFor();
  const changing = new AbortController();
  const changes = changeSessions(url, changing.signal);
  const frames = await page.evaluate<number[]>(`new Promise((resolve) => {
    const list = document.querySelector('[role=table]').parentElement;
    const frames = [];
    const started = performance.now();
    let last = started;
    const step = (now) => {
      frames.push(now - last);
      last = now;
      list.scrollTop += 60;
      if (now - started < ${SCROLL_MS}) requestAnimationFrame(step);
      else resolve(frames.slice(1));
    };
    requestAnimationFrame(step);
  })`);
  changing.abort();
  const more = { sessions: SESSIONS, changesPerSecond: Math.round((await changes) / (SCROLL_MS / 1000)) };
  report('console', 'frame while scrolling, p50', percentile(frames, 0.5), 'ms', more);
  report('console', 'frame while scrolling, p95', percentile(frames, 0.95), 'ms', { ...more, atMost: 50 });
  await page.close();
}

async function openSessions(url: string): Promise<void> {
  let next = 0;
  const open = async () => {
    for (let index = next++; index < SESSIONS; index = next++) {
      await post(`${url}/v1/sessions`, { sessionId: `call-${index}` });
    }
  };
  await Promise.all(Array.from({ length: OPENERS }, open));
}

/** @returns how many changes were made */
async function changeSessions(url: string, signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  let made = 0;
  const change = async () => {
    while (!signal.aborted) {
      const due = ((performance.now() - startedMs) / 1000) * CHANGES_PER_SECOND;
      if (made >= due) await new Promise((resolve) => setTimeout(resolve, 2));
      else {
        const sessionId = `call-${made++ % SESSIONS}`;
        const message = { op: 'append', agent: 'Concierge', role: 'user', content: `words ${made}` };
        await post(`${url}/v1/sessions/${sessionId}/ops`, { ops: [message] });
      }
    }
  };
  await Promise.all(Array.from({ length: OPENERS }, change));
  return made;
}
