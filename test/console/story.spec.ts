import type { Browser, Locator } from 'playwright-core';
import { until } from '../support/until';
import { launchChromium } from './chromium';
import { Operator } from './operator';
import { RunningReplay } from './replay';
import { Stage, type StageService } from './stage';

jest.setTimeout(180_000);

const CALL = 'call-of-john';
const PROMPT = 'Begin every answer with "Thanks for waiting, {{ caller_name }}."';
const OTHER_PROMPT = 'Begin every answer with "Welcome back."';

/** The parts of the page of an agent that the story is about. */
class AgentPage {
  constructor(private readonly operator: Operator) {}

  get page() {
    return this.operator.page;
  }

  get prompt(): Locator {
    return this.page.getByRole('textbox', { name: 'Prompt', exact: true });
  }

  get newestTurn(): Locator {
    return this.page.getByRole('region', { name: 'Turns with Concierge' }).getByRole('listitem').first();
  }

  show(part: 'Edit' | 'Revisions' | 'Audit'): Promise<void> {
    return this.page.getByRole('tab', { name: part }).click();
  }

  async save(note: string): Promise<void> {
    await this.page.getByLabel('Note').fill(note);
    await this.page.getByRole('button', { name: 'Save' }).click();
    await this.page.getByText(/^Saved as revision \d+\. The next turn uses it\.$/).waitFor();
  }
}

/** The steps of one story, in their order. */
describe('an operator at work, with two processes and real calls running', () => {
  let stage: Stage;
  let browser: Browser;
  let replay: RunningReplay;
  let here: StageService;
  let there: StageService;
  let ada: Operator;
  let bob: Operator;
  let agent: AgentPage;
  let firstRevision: string;

  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
    [here, there] = stage.services;
    replay = new RunningReplay(there.url);
    await here.openCall(CALL);
    ada = await Operator.at(browser, here.url);
    bob = await Operator.at(browser, there.url);
    agent = new AgentPage(ada);
    await ada.signIn('ada');
  });
  afterAll(async () => {
    await browser.close();
    await replay.stop();
    await stage.close();
  });

  it('sees the calls of the other process begin and grow', async () => {
    const { page } = ada;
    const played = page.getByRole('table', { name: 'Live sessions' }).getByRole('link').filter({ hasNotText: CALL });
    // Rows change places as calls go on: the search holds this one still.
    const sessionId = await played.first().innerText();
    await page.getByRole('searchbox', { name: 'Search' }).fill(sessionId);
    await page.getByText('1 live', { exact: true }).waitFor();
    await page.getByRole('link', { name: sessionId }).click();
    const turns = page.getByRole('log', { name: 'Conversation' }).getByRole('listitem');
    await turns.first().waitFor();
    const before = await turns.count();
    await until(async () => (await turns.count()) > before, 30_000);
  });

  it('finds a call by who is calling', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'Sessions' }).first().click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('john smith');
    await page.getByText('1 live', { exact: true }).waitFor();
    await page.getByRole('link', { name: CALL }).click();
    await page.getByRole('heading', { name: CALL }).waitFor();
  });

  it('watches a turn arrive that is spoken through the other process', async () => {
    await there.say(CALL, 'Hello there');
    const conversation = ada.page.getByRole('log', { name: 'Conversation' });
    await conversation.getByText('Hello there').waitFor();
    await conversation.getByText('how can I help you').first().waitFor();
  });

  it('changes the prompt, and sees what this caller will be told before it is saved', async () => {
    await ada.page.getByRole('tab', { name: 'Agents' }).click();
    await agent.show('Edit');
    await agent.prompt.fill(PROMPT);
    const rendered = ada.page.getByRole('region', { name: 'Prompt for this caller' });
    await rendered.getByText('Thanks for waiting, John Smith.').waitFor();
    await agent.save('callers wait too long');
    firstRevision = /\d+/.exec(await ada.page.getByText(/^Saved as revision/).innerText())?.[0] ?? '';
  });

  it('is told of a mistake in a template as it is typed', async () => {
    await agent.prompt.fill('{{ caller_name');
    await ada.page.getByText('It cannot be saved so').waitFor();
    expect(await ada.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await ada.page.getByRole('button', { name: 'Discard', exact: true }).click();
    await ada.page.getByText('It cannot be saved so').waitFor({ state: 'detached' });
  });

  it('sees the next turn use the new prompt', async () => {
    await there.say(CALL, 'Hello again');
    await agent.newestTurn.getByText('Thanks for waiting, John Smith.').waitFor();
    await agent.newestTurn.getByText(`Revision ${firstRevision}`).waitFor();
  });

  it('is shown what another operator has saved in the meantime', async () => {
    await agent.prompt.fill(`${PROMPT} Be short.`);
    await bob.signIn('bob');
    await bob.open(`/sessions/${CALL}/agents`);
    const theirs = new AgentPage(bob);
    await theirs.show('Edit');
    await theirs.prompt.fill(OTHER_PROMPT);
    await theirs.save('friendlier');
    const conflict = ada.page.getByRole('alert').filter({ hasText: 'Somebody else has saved first' });
    await conflict.getByText(/bob made revision \d+ .*friendlier/).waitFor();
    expect(await ada.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await conflict.getByRole('button', { name: 'Keep mine, over theirs' }).click();
    await agent.save('shorter, too');
  });

  it('goes back to an earlier revision after a look at what that changes', async () => {
    await agent.show('Revisions');
    await ada.page.getByRole('button', { name: `Go back to revision ${firstRevision}`, exact: true }).click();
    const dialog = ada.page.getByRole('dialog');
    await dialog.getByText('Be short.').first().waitFor();
    await dialog.getByLabel('Note').fill('it was better');
    await dialog.getByRole('button', { name: 'Go back' }).click();
    await dialog.waitFor({ state: 'detached' });
    await ada.page.getByText(`Gone back to revision ${firstRevision}`).waitFor();
    await there.say(CALL, 'Are you there');
    await agent.newestTurn.getByText('Thanks for waiting, John Smith.').waitFor();
  });

  it('reads in the audit trail who has done what, and why', async () => {
    await agent.show('Audit');
    await ada.page.getByText('The chain of entries is whole').waitFor();
    const rows = ada.page.getByRole('table', { name: 'Changes of this session, newest first' }).getByRole('row');
    const texts = (await rows.allInnerTexts()).slice(1);
    const expected = [
      /ada.*Gone back.*it was better/s,
      /ada.*shorter, too/s,
      /bob.*friendlier/s,
      /ada.*wait too long/s,
    ];
    expect(texts).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  });

  it('defines an experiment, starts it and sees the calls that join', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'Experiments' }).click();
    await page.getByRole('button', { name: 'Define an experiment' }).click();
    const dialog = page.getByRole('dialog');
    const names = dialog.getByRole('textbox', { name: 'Name' });
    for (const [index, name] of ['short-greeting', 'as-it-is', 'short'].entries()) await names.nth(index).fill(name);
    await dialog.getByRole('textbox', { name: 'Agent' }).fill('Concierge');
    await dialog.getByRole('textbox', { name: 'New calls that join' }).fill('100');
    await dialog.getByRole('textbox', { name: 'What it uses instead' }).nth(1).fill('{"greeting": "Yes?"}');
    await dialog.getByRole('button', { name: 'Define as draft' }).click();
    await page.getByRole('heading', { name: 'short-greeting' }).waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await page.getByText('Now running').waitFor();
    for (const name of ['joins-1', 'joins-2', 'joins-3', 'joins-4']) {
      await there.openCall(name);
      await there.say(name, 'Hello');
    }
    const turns = page.getByRole('row', { name: /^Turns / }).getByRole('cell');
    await until(async () => sumOf(await turns.allInnerTexts()) >= 4, 30_000);
    await page.getByRole('row').filter({ hasText: ' to ' }).first().waitFor();
  });

  it('is told while the service is away, and goes on by itself when it is back', async () => {
    const { page } = ada;
    await ada.open(`/sessions/${CALL}`);
    await page.getByRole('log', { name: 'Conversation' }).waitFor();
    await here.stop('SIGKILL');
    await page.getByText('The connection was lost and is being made anew. The session is as it was.').waitFor();
    await there.say(CALL, 'Nobody watches this');
    await here.start();
    await page.locator('[role=status][data-status=connected]').waitFor();
    await there.say(CALL, 'And somebody watches this');
    const conversation = page.getByRole('log', { name: 'Conversation' });
    for (const words of ['Nobody watches this', 'And somebody watches this']) {
      await conversation.getByText(words).waitFor();
    }
  });
});

const sumOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + (Number(text) || 0), 0);
