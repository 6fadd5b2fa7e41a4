import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { KEYS, type KeyName } from './stage';

/** How long the page may take for anything: machines of tests are slow, and nothing waits for longer than it must. */
const PATIENCE_MS = 20_000;

/** Somebody at a browser, and everything that their browser complained of. */
export class Operator {
  /** Errors of the page's scripts and of its console: a violation of the policy is one of them. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Comes to the console of a service, nobody signed in. */
  static async at(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Operator> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    return new Operator(await context.newPage(), context, url);
  }

  async open(path = ''): Promise<void> {
    await this.page.goto(`${this.url}/console${path}`);
  }

  /** Types a key into the page that asks for one. */
  async offerKey(secret: string): Promise<void> {
    await this.page.getByLabel('API key').fill(secret);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Goes to the console and signs in; ends at the list of sessions. */
  async signIn(as: KeyName): Promise<void> {
    await this.open();
    await this.offerKey(KEYS[as].secret);
    await this.page.getByRole('heading', { name: 'Sessions' }).waitFor();
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}
