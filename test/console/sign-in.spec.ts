import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium';
import { Operator } from './operator';
import { Stage } from './stage';

jest.setTimeout(120_000);

describe('signing in to the console', () => {
  let stage: Stage;
  let browser: Browser;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  it('shows the live sessions to who has a key', async () => {
    const [service] = stage.services;
    await service.openCall('call-of-john');
    const ada = await Operator.at(browser, service.url);
    await ada.signIn('ada');
    await ada.page.getByRole('link', { name: 'call-of-john' }).waitFor();
    await ada.leave();
  });
});
