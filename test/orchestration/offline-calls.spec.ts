import { TestService } from '../support/service';

interface TurnView {
  readonly agent: string;
  readonly reply: string;
  readonly events: readonly { readonly type: string; readonly tool?: string }[];
}

/** A whole call with the shipped agents, their tools and the offline model: what each turn came to. */
class Call {
  private constructor(
    private readonly service: TestService,
    readonly sessionId: string,
  ) {}

  static async with(service: TestService, email?: string): Promise<Call> {
    return new Call(service, await service.open(email === undefined ? {} : { email }));
  }

  /** Gives the last turn. */
  async say(...lines: readonly string[]): Promise<{ agent: string; reply: string; tools: readonly string[] }> {
    let turn: TurnView = { agent: '', reply: '', events: [] };
    for (const transcript of lines) {
      turn = (await this.service.post<TurnView>(`/v1/sessions/${this.sessionId}/turns`, { transcript })).body;
      // What tools write for models is read to nobody.
      expect(turn.reply).not.toMatch(/the caller|Ask (?:for|which)|Offer to|_|Here is what I found|undefined|NaN/i);
    }
    const tools = turn.events.flatMap(({ type, tool }) => (type === 'toolStarted' && tool !== undefined ? [tool] : []));
    return { agent: turn.agent, reply: turn.reply, tools };
  }
}

const JOHN = 'john.smith@email.com';
const CODE = '088139';

describe('calls with the offline model', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.close());
  const call = (email?: string) => Call.with(service, email);

  it('has the caller verified before the balance is told, and tells it then', async () => {
    const john = await call(JOHN);
    expect(await john.say('What is my balance?')).toMatchObject({
      agent: 'AuthAgent',
      tools: ['get_account_balance', 'handoff_authentication'],
      reply: expect.stringMatching(/Shall I send a code .*\?$/) as unknown,
    });
    expect((await john.say('Yes, I am ready')).tools).toEqual(['send_verification_code']);
    expect(await john.say(CODE)).toMatchObject({
      agent: 'Concierge',
      tools: ['verify_identity', 'handoff_concierge', 'get_account_balance'],
      reply: expect.stringContaining('Your checking account ending in 3 0 1 7 has 12,480.44 dollars.') as unknown,
    });
    expect((await john.say('And in savings? What is the balance?')).reply).toBe(
      'Your savings account ending in 8 8 4 2 has 32,749.74 dollars.',
    );
  });

  it.each([
    ['a passphrase', ['Can I use my passphrase?', 'copper bridge']],
    ['the app', ['no', 'the app', '497685']],
    ['a question', ['no', 'A security question', '5678']],
    ['a code by voice, said digit by digit', ['Call me', 'zero eight eight one three nine']],
    ['a second code', ['Yes', 'I did not get it, send it again', '423629']],
  ])('takes %s as well', async (_title, lines) => {
    expect(await (await call(JOHN)).say('What is my balance?', ...lines)).toMatchObject({
      agent: 'Concierge',
      reply: expect.stringContaining('12,480.44 dollars') as unknown,
    });
  });

  it('brings in a person for who cannot be verified, and says so to whatever follows', async () => {
    const john = await call(JOHN);
    expect((await john.say('What is my balance?', 'yes', '111111')).reply).toBe(
      "That didn't match. Let's try once more.",
    );
    expect(await john.say('222222', '333333')).toMatchObject({ tools: ['verify_identity', 'escalate_to_human'] });
    expect(await john.say('What is my balance?')).toMatchObject({ tools: [], agent: 'AuthAgent' });
  });

  it('lets other wishes wait while it verifies, and lets go of it when the caller does', async () => {
    const john = await call(JOHN);
    expect((await john.say('What is my balance?', 'yes', 'Show me my payments and transactions')).reply).toBe(
      "I'll take care of that right after this. Please read me the six digits of the code.",
    );
    expect(await john.say('never mind')).toMatchObject({ agent: 'Concierge', tools: ['handoff_concierge'] });
  });

  it('asks for a yes before it blocks, asks again for digits that fit no card, and replaces the one that was blocked', async () => {
    const john = await call(JOHN);
    expect(await john.say('I lost my card', '4412', 'yes')).toMatchObject({
      agent: 'CardAgent',
      tools: ['block_card'],
    });
    expect((await john.say('4411')).reply).toContain('Shall I block the card ending in 4 4 1 1?');
    expect((await john.say('no')).tools).toEqual([]);
    expect((await john.say('Block my card ending in 4411, I lost it', 'yes')).reply).toBe(
      'The card ending in 4 4 1 1 is blocked now.',
    );
    expect((await john.say('Send me a new card')).reply).toBe('Is the address on file still right, yes or no?');
    expect(await john.say('yes', 'ok', CODE)).toMatchObject({
      agent: 'CardAgent',
      tools: ['verify_identity', 'handoff_card_agent', 'send_replacement_card'],
      reply: expect.stringContaining('Your new card is ordered') as unknown,
    });
  });

  it('opens a fraud case, and disputes the payment that the caller points to', async () => {
    const john = await call(JOHN);
    expect((await john.say('There is fraud on my account', 'I did not make some payments', 'ok', CODE)).reply).toMatch(
      /I have opened a case, FR-\d{6}\./,
    );
    expect((await john.say('Show me my recent transactions')).reply).toMatch(/^The latest are .+ dollars at .+ on /);
    expect((await john.say('I want to dispute the first one', 'yes')).reply).toMatch(
      /The payment is disputed, .+ DP-\d{6}/,
    );
  });

  it('tells prices to everybody and portfolios to who is verified', async () => {
    const john = await call(JOHN);
    expect((await john.say('What is the price of Northwind?')).reply).toContain('Which one do you mean?');
    expect((await john.say('Northwind Air')).reply).toMatch(/^Northwind Air stands at [\d.]+ dollars, (?:up|down) /);
    expect((await john.say('How is my portfolio?', 'yes', CODE)).reply).toMatch(
      /Your investments are worth [\d,.]+ dollars/,
    );
  });

  it('moves money after a yes, and saves a new address', async () => {
    const john = await call(JOHN);
    expect((await john.say('Transfer 100 dollars from checking to savings')).reply).toBe(
      'Shall I move 100 dollars from checking to savings?',
    );
    expect((await john.say('yes', 'yes', CODE)).reply).toContain('I have moved 100 dollars from your checking account');
    expect((await john.say('I want to change my address', '12 Main Street, Springfield', 'yes')).reply).toBe(
      'I have saved your new address, and sent you a confirmation.',
    );
    expect((await john.say('Please update my email to jo@mail.example.org', 'yes')).reply).toContain('your new email');
  });

  it('arranges a call on a day and at a time that are whole', async () => {
    const john = await call(JOHN);
    expect((await john.say('Call me back tomorrow at 3 pm about a mortgage')).reply).toBe(
      'On which day, with the month and the year?',
    );
    expect((await john.say('May 4th, 2020')).reply).toBe('Shall I arrange a call on May 4, 2020 at 15:00?');
    expect((await john.say('yes')).reply).toMatch(/^That is over already\./);
  });

  it('offers a person to a caller whom nobody knows', async () => {
    const somebody = await call();
    expect((await somebody.say('What is my balance?')).reply).toContain('Would you like to speak to a colleague?');
    expect(await somebody.say('yes')).toMatchObject({ tools: ['escalate_to_human'] });
  });
});
