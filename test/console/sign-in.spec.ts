import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium';
import { Operator } from './operator';
import { KEYS, Stage, type StageService } from './stage';

jest.setTimeout(180_000);

const CALL = 'call-of-john';

describe('signing in to the console', () => {
  let stage: Stage;
  let browser: Browser;
  let here: StageService;
  let there: StageService;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
    [here, there] = stage.services;
    await here.openCall(CALL);
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  it('asks for a key, refuses a wrong one and takes a right one', async () => {
    const ada = await Operator.at(browser, here.url);
    await ada.open();
    await ada.offerKey('wrong-secret-0001');
    await ada.page.getByRole('alert').getByText('The service does not know this key.').waitFor();
    await ada.offerKey(KEYS.ada.secret);
    await ada.page.getByRole('link', { name: CALL }).waitFor();
    await ada.leave();
  });

  it('lasts over a reload and in every process, and ends when somebody signs out', async () => {
    const ada = await Operator.at(browser, here.url);
    await ada.signIn('ada');
    // Ports are no part of a cookie's site: the other process is asked with the same one.
    await ada.page.goto(`${there.url}/console/sessions`);
    await ada.page.getByRole('link', { name: CALL }).waitFor();
    await ada.page.getByRole('button', { name: 'Signed in as ada' }).click();
    await ada.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await ada.page.getByLabel('API key').waitFor();
    await ada.open('/sessions');
    await ada.page.getByLabel('API key').waitFor();
    await ada.leave();
  });

  it('leaves nothing of the key where a script could find it', async () => {
    const ada = await Operator.at(browser, here.url);
    await ada.signIn('ada');
    const found = await ada.page.evaluate<string>('JSON.stringify([document.cookie, localStorage, sessionStorage])');
    expect(found).not.toContain(KEYS.ada.secret);
    expect(found).not.toContain('parley_console');
    await ada.leave();
  });

  it('runs under a policy without exceptions that no page violates', async () => {
    const ada = await Operator.at(browser, here.url);
    const answer = await ada.page.goto(`${here.url}/console`);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).toMatch(/default-src 'none'.*script-src 'self';.*style-src 'self';.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    await ada.offerKey(KEYS.ada.secret);
    await ada.page.getByRole('link', { name: CALL }).waitFor();
    // The one refusal is the answer to whether somebody is signed in.
    const [first, ...others] = ada.complaints;
    expect(first).toContain('401');
    expect(others).toEqual([]);
    for (const path of PATHS) await ada.open(path).then(() => ada.page.getByRole('heading', { level: 1 }).waitFor());
    expect(ada.complaints).toEqual([first]);
    await ada.leave();
  });

  it('shows text of callers as text', async () => {
    const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
    await here.say(CALL, markup);
    const ada = await Operator.at(browser, here.url);
    await ada.signIn('ada');
    await ada.open(`/sessions/${CALL}`);
    const conversation = ada.page.getByRole('log', { name: 'Conversation' });
    await conversation.getByText(markup).first().waitFor();
    expect(await conversation.locator('img, b').count()).toBe(0);
    await ada.leave();
  });

  it('lets the auditor see everything and change nothing', async () => {
    const vera = await Operator.at(browser, here.url);
    await vera.signIn('vera');
    await vera.open(`/sessions/${CALL}/agents`);
    await vera.page.getByRole('table', { name: 'Settings of Concierge in this session' }).waitFor();
    await vera.page.getByRole('tab', { name: 'Audit' }).click();
    await vera.page.getByText('Nobody has changed anything').waitFor();
    await vera.page.getByRole('tab', { name: 'Edit' }).click();
    const prompt = vera.page.getByRole('textbox', { name: 'Prompt', exact: true });
    await prompt.waitFor();
    expect(await prompt.isEditable()).toBe(false);
    expect(await vera.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await vera.page.getByText('The key “vera” has the role audit; this needs the role admin.').first().waitFor();
    await vera.leave();
  });

  it('tells who may only read sessions why the rest is not shown', async () => {
    const rita = await Operator.at(browser, here.url);
    await rita.signIn('rita');
    await rita.open(`/sessions/${CALL}/agents`);
    await rita.page.getByRole('tab', { name: 'Audit' }).click();
    await rita.page.getByRole('alert').getByText('forbidden').waitFor();
    await rita.leave();
  });
});

const PATHS = [
  '/sessions',
  `/sessions/${CALL}`,
  `/sessions/${CALL}/agents`,
  `/sessions/${CALL}/latency`,
  `/sessions/${CALL}/state`,
  '/experiments',
  '/latency',
];
