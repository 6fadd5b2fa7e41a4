import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Response } from 'playwright-core';
import { launchChromium } from './chromium';
import { Operator } from './operator';
import { Stage, type StageService } from './stage';

jest.setTimeout(240_000);

const CALL = 'call-of-john';
const ARTEFACTS = join(__dirname, '../../artefacts/console');
const FIRST_PAGE_BYTES = 250_000;

/** Each page, and what is on it once it has all it shows. */
const PAGES = [
  { name: 'sessions', path: '/sessions', shown: '[role=row][data-index]' },
  { name: 'conversation', path: `/sessions/${CALL}`, shown: '[role=log] li' },
  { name: 'agents', path: `/sessions/${CALL}/agents`, shown: 'table' },
  { name: 'latency-of-a-call', path: `/sessions/${CALL}/latency`, shown: 'h1' },
  { name: 'state', path: `/sessions/${CALL}/state`, shown: 'h2' },
  { name: 'experiments', path: '/experiments', shown: 'h1' },
  { name: 'latency', path: '/latency', shown: 'h1' },
  { name: 'unknown-call', path: '/sessions/nobody', shown: 'h2' },
  { name: 'unknown-page', path: '/nowhere', shown: 'h2' },
];

describe('the pages of the console', () => {
  let stage: Stage;
  let browser: Browser;
  let service: StageService;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
    [service] = stage.services;
    await service.openCall(CALL);
    for (const words of ['Hello', 'I want to report fraud', 'What is my balance?']) await service.say(CALL, words);
    mkdirSync(ARTEFACTS, { recursive: true });
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  it.each(['light', 'dark'] as const)('can be used by everybody, in %s colours', async (colorScheme) => {
    const ada = await Operator.at(browser, service.url, { colorScheme, reducedMotion: 'reduce' });
    await ada.open();
    await ada.page.getByLabel('API key').waitFor();
    const found = [await findingsOf(ada, 'sign-in', colorScheme)];
    await ada.signIn('ada');
    for (const { name, path, shown } of PAGES) {
      await ada.open(path);
      await ada.page.locator(shown).first().waitFor();
      await ada.page.locator('[role=status]', { hasText: '…' }).first().waitFor({ state: 'detached' });
      found.push(await findingsOf(ada, name, colorScheme));
    }
    expect(found.flat()).toEqual([]);
    await ada.leave();
  });

  it.each([1280, 390])('fit into a width of %d px', async (width) => {
    const ada = await Operator.at(browser, service.url, { viewport: { width, height: 800 } });
    await ada.signIn('ada');
    const wide: string[] = [];
    for (const { name, path, shown } of PAGES) {
      await ada.open(path);
      await ada.page.locator(shown).first().waitFor();
      if (await ada.page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')) wide.push(name);
      await ada.page.screenshot({ path: join(ARTEFACTS, `${name}-${width}.png`) });
    }
    expect(wide).toEqual([]);
    await ada.leave();
  });

  it('can be used with the keyboard alone', async () => {
    const ada = await Operator.at(browser, service.url);
    await ada.signIn('ada');
    const { keyboard } = ada.page;
    await ada.open('/sessions');
    await ada.page.getByRole('link', { name: CALL }).waitFor();
    await keyboard.press('Tab');
    expect(await focused(ada)).toBe('Skip to the page');
    await keyboard.press('Enter');
    expect(await ada.page.evaluate<string>('document.activeElement.id')).toBe('page');
    for (let stops = 0; (await focused(ada)) !== CALL; stops += 1) {
      if (stops > 30) throw new Error('The keyboard does not reach the call.');
      await keyboard.press('Tab');
    }
    await keyboard.press('Enter');
    await ada.page.getByRole('heading', { name: CALL }).waitFor();
    const tab = ada.page.getByRole('tab', { name: 'Conversation' });
    await tab.focus();
    await keyboard.press('ArrowRight');
    await ada.page.getByRole('table', { name: /^Settings of .+ in this session$/ }).waitFor();
    await ada.leave();
  });

  it(`bring no more than ${FIRST_PAGE_BYTES / 1000} kB for the first of them`, async () => {
    const signedIn = await Operator.at(browser, service.url);
    await signedIn.signIn('ada');
    // Another browser, which has nothing of the page yet.
    const ada = await Operator.at(browser, service.url, { storageState: await signedIn.page.context().storageState() });
    await signedIn.leave();
    const answers: Response[] = [];
    ada.page.on('response', (answer) => answers.push(answer));
    await ada.open('/sessions');
    await ada.page.getByRole('link', { name: CALL }).waitFor();
    const sizes = await Promise.all(answers.map(async (answer) => (await answer.request().sizes()).responseBodySize));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_PAGE_BYTES);
    await ada.leave();
  });
});

async function findingsOf({ page }: Operator, name: string, colorScheme: string): Promise<string[]> {
  await page.screenshot({ path: join(ARTEFACTS, `${name}-${colorScheme}.png`) });
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${name}: ${id} at ${target.join(' ')}`));
}

const focused = ({ page }: Operator) => page.evaluate<string>('document.activeElement.textContent');
