import { readConfig } from '../../src/config/parley-config';
import { readBaseAgents } from '../../src/session-agents/base/read-base-agents';
import { BankingCall } from './banking-call';

const JOHN = 'CLT-001-JS';
const PRIYANKA = 'CLT-003-PV';
const LINNEA = 'CLT-007-LT';

describe('the tools of the banking agents', () => {
  it('are those that the agents name, neither more nor fewer', async () => {
    const { registry } = await BankingCall.with();
    const {
      agents: { directory },
      templates,
    } = readConfig({});
    const base = await readBaseAgents(directory, templates);
    const named = [...base.tools].filter((tool) => !base.handoffs.has(tool));
    expect([...registry.names()].sort()).toEqual(named.sort());
  });

  it('tell a model what each of their arguments means', async () => {
    const { registry } = await BankingCall.with();
    for (const { name, parameters } of registry.specs(registry.names())) {
      const fields = Object.entries(parameters['properties'] as Record<string, { description?: string }>);
      const silent = fields.filter(([, field]) => (field.description ?? '').length < 10).map(([field]) => field);
      expect({ name, silent, isClosed: parameters['additionalProperties'] }).toEqual({
        name,
        silent: [],
        isClosed: false,
      });
    }
  });

  it.each([
    ['get_account_balance', {}],
    ['transfer_funds', { from_account: 'checking', to_account: 'savings', amount: 1 }],
    ['update_contact_details', { phone: '555 0100 222' }],
    ['get_recent_transactions', {}],
    ['dispute_transaction', { transaction_id: 'x', reason: 'x', merchant_contacted: true }],
    ['open_fraud_case', { kind: 'scam', summary: 'x' }],
    ['send_replacement_card', { card_last_4: '4411', reason: 'damaged', address_confirmed: true }],
    ['get_portfolio_summary', {}],
  ])('tell and change nothing without a verified caller: %s', async (tool, args) => {
    const stranger = await BankingCall.with();
    expect(await stranger.run(tool, args)).toMatchObject({ done: false, reason: 'nobody_identified' });
    const caller = await BankingCall.with(JOHN);
    const refusal = await caller.run(tool, args);
    expect(refusal).toMatchObject({ done: false, reason: 'not_verified' });
    expect(JSON.stringify(refusal)).not.toMatch(/3017|8842|9920|12480|45230/);
  });

  it('give the same answers in every call of a customer, and others for another', async () => {
    const asked = async (clientId: string, sessionId: string) => {
      const call = await BankingCall.verified(clientId, sessionId);
      const looked = [await call.run('get_recent_transactions', { days: 90, limit: 20 })];
      return [...looked, await call.run('get_portfolio_summary')];
    };
    expect(await asked(JOHN, 'call-1')).toEqual(await asked(JOHN, 'call-2'));
    expect(await asked(JOHN, 'call-1')).not.toEqual(await asked(PRIYANKA, 'call-1'));
  });
});

describe('accounts', () => {
  it('are told with their balances, one or all', async () => {
    const call = await BankingCall.verified(JOHN);
    expect(await call.run('get_account_balance')).toEqual({
      accounts: [
        { type: 'checking', last_4: '3017', balance: 12480.44 },
        { type: 'savings', last_4: '8842', balance: 32749.74 },
      ],
      total: 45230.18,
      currency: 'USD',
    });
    const one = { accounts: [{ type: 'savings', last_4: '8842', balance: 32749.74 }] };
    for (const account of ['savings', 'My Savings account'.slice(3), '8842', 'ending in 8842']) {
      expect(await call.run('get_account_balance', { account })).toMatchObject(one);
    }
    expect(await call.run('get_account_balance', { account: 'gold' })).toMatchObject({ reason: 'unknown_account' });
  });

  it('have less after a transfer of this call, also after one that was refused', async () => {
    const call = await BankingCall.verified(JOHN);
    const transfer = (amount: number, from = 'checking', to = 'savings') =>
      call.run('transfer_funds', { from_account: from, to_account: to, amount });
    expect(await transfer(480.44)).toMatchObject({ done: true, from: { balance: 12000 }, to: { balance: 33230.18 } });
    expect(await transfer(12000.01)).toMatchObject({ done: false, reason: 'insufficient_funds' });
    expect(await transfer(0.29)).toMatchObject({ done: true, from: { balance: 11999.71 } });
    expect(await transfer(1, 'checking', '3017')).toMatchObject({ reason: 'same_account' });
    expect(await transfer(0.001)).toMatchObject({ reason: 'invalid_amount' });
    expect(await call.run('get_account_balance')).toMatchObject({
      accounts: [{ balance: 11999.71 }, { balance: 33230.47 }],
      total: 45230.18,
    });
    const { transactions } = await call.run('get_recent_transactions', { merchant: 'transfer' });
    expect(transactions).toMatchObject([{ amount: -0.29 }, { amount: -480.44, date: '2027-01-20' }]);
  });

  it('that are overdrawn have nothing to give', async () => {
    const call = await BankingCall.verified(LINNEA);
    const transfer = { from_account: 'checking', to_account: 'savings', amount: 1 };
    expect(await call.run('transfer_funds', transfer)).toMatchObject({ reason: 'unknown_account' });
    expect(await call.run('get_account_balance')).toMatchObject({ total: -86.4 });
  });

  it('keep new contact details out of the session', async () => {
    const call = await BankingCall.verified(JOHN);
    const output = await call.run('update_contact_details', { email: 'new@home.example', preferred_channel: 'email' });
    expect(output).toMatchObject({ done: true, changed: ['email', 'preferred_channel'] });
    expect(JSON.stringify(output)).not.toContain('home.example');
    await expect(call.run('update_contact_details', {})).rejects.toThrow('invalid_arguments');
  });
});

describe('cards', () => {
  const block = { card_last_4: '4411', reason: 'stolen' };

  it('stay blocked for the rest of the call, whatever is asked afterwards', async () => {
    const call = await BankingCall.verified(JOHN);
    expect(await call.run('block_card', block)).toMatchObject({
      done: true,
      card: { product: 'Contoso Travel Platinum', status: 'blocked' },
      was_blocked_before: false,
    });
    expect(await call.run('block_card', { ...block, card_last_4: '0000' })).toMatchObject({ reason: 'unknown_card' });
    expect(await call.run('block_card', block)).toMatchObject({ done: true, was_blocked_before: true });
    expect(await call.run('block_card', { ...block, card_last_4: '9920' })).toMatchObject({ done: true });
    const order = { card_last_4: '4411', reason: 'stolen', address_confirmed: true };
    expect(await call.run('send_replacement_card', order)).toMatchObject({ replaces: { status: 'blocked' } });
  });

  it('are blocked for a caller who is not verified, who learns nothing more', async () => {
    const call = await BankingCall.with(JOHN);
    const { card } = await call.run('block_card', block);
    expect(card).toEqual({ last_4: '4411', status: 'blocked' });
    expect(await (await BankingCall.with()).run('block_card', block)).toMatchObject({ reason: 'nobody_identified' });
  });

  it('are replaced once, when it is safe and the address is right', async () => {
    const call = await BankingCall.verified(JOHN);
    const order = (card_last_4: string, reason: string, address_confirmed = true) =>
      call.run('send_replacement_card', { card_last_4, reason, address_confirmed });
    expect(await order('4411', 'lost')).toMatchObject({ done: false, reason: 'not_blocked' });
    expect(await order('9920', 'damaged', false)).toMatchObject({ reason: 'address_not_confirmed' });
    const ordered = await order('9920', 'damaged');
    expect(ordered).toMatchObject({ done: true, arrives_within_business_days: 2 });
    expect(await order('9920', 'damaged')).toMatchObject({ order: ordered['order'], was_ordered_before: true });
    const bronze = await BankingCall.verified(LINNEA);
    const args = { reason: 'damaged', address_confirmed: true };
    expect(await bronze.run('send_replacement_card', { ...args, card_last_4: '6207' })).toMatchObject({
      reason: 'already_replaced',
    });
    expect(await bronze.run('send_replacement_card', { ...args, card_last_4: '6215' })).toMatchObject({
      arrives_within_business_days: 5,
    });
  });
});

describe('transactions', () => {
  type Found = { transaction_id: string; date: string; amount: number; merchant: string; card_last_4?: string }[];
  const all = async (call: BankingCall, search = {}) =>
    (await call.run('get_recent_transactions', { days: 90, limit: 20, ...search }))['transactions'] as unknown as Found;

  it('are found by what a caller remembers, the latest first', async () => {
    const call = await BankingCall.verified(JOHN);
    const found = await all(call);
    expect(found).toHaveLength(20);
    expect(found.map(({ date }) => date)).toEqual(
      found
        .map(({ date }) => date)
        .sort()
        .reverse(),
    );
    expect(found.every(({ amount }) => amount < 0)).toBe(true);
    const [some] = found;
    const narrowed = await all(call, {
      merchant: some?.merchant.slice(0, 5).toUpperCase(),
      card_last_4: some?.card_last_4,
    });
    expect(narrowed).toContainEqual(some);
    expect(new Set(narrowed.map(({ card_last_4 }) => card_last_4))).toEqual(new Set([some?.card_last_4]));
    expect((await all(call, { min_amount: 300 })).every(({ amount }) => amount <= -300)).toBe(true);
    expect(await call.run('get_recent_transactions', { card_last_4: '0000' })).toMatchObject({
      reason: 'unknown_card',
    });
  });

  it('stay what they were on the next day', async () => {
    const call = await BankingCall.verified(JOHN);
    const before = await all(call, { limit: 5 });
    call.clock.advance(86_400);
    const later = await all(call);
    for (const { transaction_id: id, amount } of before) {
      expect(later).toContainEqual(expect.objectContaining({ transaction_id: id, amount }));
    }
  });

  it('are disputed once, and only those that there are', async () => {
    const call = await BankingCall.verified(JOHN);
    const [some] = await all(call);
    const dispute = { transaction_id: some?.transaction_id ?? '', reason: 'charged twice', merchant_contacted: true };
    const disputed = await call.run('dispute_transaction', dispute);
    expect(disputed).toMatchObject({ done: true, transaction: some, was_disputed_before: false });
    expect(await call.run('dispute_transaction', { ...dispute, transaction_id: 'TX-0' })).toMatchObject({
      reason: 'unknown_transaction',
    });
    expect(await call.run('dispute_transaction', dispute)).toMatchObject({
      dispute: disputed['dispute'],
      was_disputed_before: true,
    });
    call.clock.advance(61 * 86_400);
    const other = await BankingCall.verified(JOHN);
    other.clock.advance(61 * 86_400);
    expect(await other.run('dispute_transaction', dispute)).toMatchObject({ reason: 'too_old' });
  });

  it('that a caller disowns belong to one case of the call', async () => {
    const call = await BankingCall.verified(JOHN);
    const [first, second] = (await all(call)).map(({ transaction_id }) => transaction_id);
    const fraud = { kind: 'unknown_payments', summary: 'not mine' };
    const opened = await call.run('open_fraud_case', { ...fraud, transaction_ids: [first ?? ''] });
    expect(opened).toMatchObject({ done: true, added_to_open_case: false });
    expect(await call.run('open_fraud_case', { ...fraud, transaction_ids: ['TX-0'] })).toMatchObject({ done: false });
    expect(await call.run('open_fraud_case', { ...fraud, transaction_ids: [second ?? ''] })).toMatchObject({
      case_number: opened['case_number'],
      added_to_open_case: true,
      transaction_ids: [first, second],
    });
  });
});

describe('investments', () => {
  it('are told at the prices of the quotes, and add up', async () => {
    const call = await BankingCall.verified('CLT-006-DO');
    const { positions, invested, cash, total_value: total } = await call.run('get_portfolio_summary');
    const owned = positions as unknown as { symbol: string; price: number; value: number }[];
    expect(owned.length).toBeGreaterThanOrEqual(3);
    for (const { symbol, price } of owned) {
      expect(await call.run('get_quote', { name: symbol })).toMatchObject({ symbol, price });
    }
    const sum = owned.reduce((all, { value }) => all + value, 0);
    expect(sum).toBeCloseTo(Number(invested), 2);
    expect([cash, total]).toEqual([300000, expect.closeTo(sum + 300000, 2)]);
    expect(await (await BankingCall.verified(LINNEA)).run('get_portfolio_summary')).toMatchObject({
      reason: 'no_portfolio',
    });
  });

  it('are quoted to everybody, with a price that moves as prices do', async () => {
    const call = await BankingCall.with();
    expect(await call.run('get_quote', { name: 'contoso' })).toMatchObject({
      symbol: 'CNTS',
      as_of: '2027-01-20T11:45:00.000Z',
      delayed_by_minutes: 15,
    });
    expect(await call.run('get_quote', { name: 'northwind' })).toMatchObject({
      reason: 'several_fit',
      matches: [{ symbol: 'NWTR' }, { symbol: 'NWAR' }],
    });
    expect(await call.run('get_quote', { name: 'tulips' })).toMatchObject({ reason: 'unknown_instrument' });
    for (let day = 0; day < 400; day += 1) {
      call.clock.advance(86_400);
      const quote = await call.run('get_quote', { name: 'TLSP' });
      expect(Math.abs(Number(quote['change_today_percent']))).toBeLessThan(4);
      expect(Math.abs(Number(quote['change_since_january_percent']))).toBeLessThan(30);
    }
  });
});

describe('people of the bank', () => {
  const callback = { subject: 'a mortgage', date: '2027-01-21', time: '09:30' };

  it.each([
    ['a good day', {}, { done: true, weekday: 'Thursday', number: 'on_file' }],
    ['yesterday', { date: '2027-01-19' }, { reason: 'in_the_past' }],
    ['an hour ago', { date: '2027-01-20', time: '11:00' }, { reason: 'in_the_past' }],
    ['a Sunday', { date: '2027-01-24' }, { reason: 'closed' }],
    ['the night', { time: '22:00' }, { reason: 'closed' }],
    ['February 30', { date: '2027-02-30' }, { reason: 'no_such_date' }],
    ['next year', { date: '2028-01-20' }, { reason: 'too_far_ahead' }],
  ])('call back, or say why not: %s', async (_, change, expected) => {
    const call = await BankingCall.with(JOHN);
    expect(await call.run('schedule_callback', { ...callback, ...change })).toMatchObject(expected);
  });

  it('need a number, and take over a call', async () => {
    const call = await BankingCall.with();
    expect(await call.run('schedule_callback', callback)).toMatchObject({ reason: 'no_number' });
    expect(await call.run('schedule_callback', { ...callback, phone: '555 0100 222' })).toMatchObject({
      number: 'as_given',
    });
    const first = await call.run('escalate_to_human', { reason: 'caller_asks', summary: 'wants a person' });
    expect(first).toMatchObject({ done: true, queue: 'general' });
    const urgent = await call.run('escalate_to_human', { reason: 'danger', summary: 'is threatened' });
    expect(urgent).toMatchObject({ ticket: first['ticket'], queue: 'urgent', expected_wait_minutes: 1 });
  });
});
