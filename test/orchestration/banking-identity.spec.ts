import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authenticatorDigits, oneTimeCode, passphrase } from '../../src/orchestration/banking-tools/identity-answers';
import { readProfilesFile } from '../../src/session-loader/profiles-file';
import { BankingCall, PROFILES } from './banking-call';

const JOHN = 'CLT-001-JS';
const code = { method: 'one_time_code' };
const sendCode = (call: BankingCall) => call.run('send_verification_code', { channel: 'text_message' });

describe('verifying a caller', () => {
  it('takes the code that was sent, however it was written down', async () => {
    const answer = oneTimeCode(JOHN, 0);
    const spoken = [...answer].map(
      (digit) => ['oh', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][Number(digit)],
    );
    for (const said of [answer, `${answer.slice(0, 3)} ${answer.slice(3)}`, `it is ${spoken.join(', ')}`]) {
      const call = await BankingCall.with(JOHN);
      const sent = await sendCode(call);
      expect(JSON.stringify(sent)).not.toContain(answer);
      expect(JSON.stringify(sent)).not.toContain('5678');
      expect(await call.run('verify_identity', { ...code, answer: said })).toMatchObject({
        verified: true,
        attempts: 1,
      });
    }
  });

  it.each([
    ['passphrase', { method: 'passphrase', answer: `${passphrase(JOHN).toUpperCase()}.` }],
    ['app', { method: 'authenticator_app', answer: authenticatorDigits(JOHN) }],
    ['phone', { method: 'security_question', question: 'phone_last_4', answer: 'five six seven eight' }],
    ['year', { method: 'security_question', question: 'client_since_year', answer: '2017' }],
  ])('takes what else the caller can know (%s)', async (_, answer) => {
    expect(await (await BankingCall.with(JOHN)).run('verify_identity', answer)).toMatchObject({ verified: true });
  });

  it('ends after three wrong answers, in every way, and does not say what was wrong', async () => {
    const call = await BankingCall.with(JOHN);
    const wrong = { method: 'passphrase', answer: 'open sesame' };
    const results = [];
    for (let attempt = 0; attempt < 3; attempt += 1) results.push(await call.run('verify_identity', wrong));
    expect(results).toMatchObject([
      { verified: false, attempts: 1, attempts_left: 2, reason: 'no_match' },
      { verified: false, attempts: 2, attempts_left: 1, reason: 'no_match' },
      { verified: false, attempts: 3, attempts_left: 0, reason: 'no_attempts_left' },
    ]);
    const right = { method: 'passphrase', answer: passphrase(JOHN) };
    expect(await call.run('verify_identity', right)).toMatchObject({ verified: false, reason: 'no_attempts_left' });
    expect(JSON.stringify(results)).not.toContain(passphrase(JOHN).split(' ')[0]);
  });

  it('counts no attempt that cannot be one', async () => {
    const call = await BankingCall.with(JOHN);
    expect(await call.run('verify_identity', { ...code, answer: '123456' })).toMatchObject({
      reason: 'no_code_sent',
      attempts: 0,
    });
    await sendCode(call);
    expect(await call.run('verify_identity', { ...code, answer: '12345' })).toMatchObject({
      reason: 'unclear',
      attempts: 0,
    });
    call.clock.advance(601);
    expect(await call.run('verify_identity', { ...code, answer: oneTimeCode(JOHN, 0) })).toMatchObject({
      reason: 'code_expired',
    });
  });

  it('takes the last code only, and sends three at most', async () => {
    const call = await BankingCall.with(JOHN);
    await sendCode(call);
    await sendCode(call);
    expect(await call.run('verify_identity', { ...code, answer: oneTimeCode(JOHN, 0) })).toMatchObject({
      verified: false,
      attempts: 1,
    });
    await sendCode(call);
    expect(await sendCode(call)).toMatchObject({ done: false, reason: 'too_many_codes' });
    expect(await call.run('verify_identity', { ...code, answer: oneTimeCode(JOHN, 2) })).toMatchObject({
      verified: true,
      attempts: 2,
    });
  });

  it('holds for the rest of the call, and is impossible where nobody is recognised', async () => {
    const call = await BankingCall.with(JOHN);
    await call.run('verify_identity', { method: 'passphrase', answer: passphrase(JOHN) });
    expect(await call.run('verify_identity', { method: 'passphrase', answer: 'wrong' })).toMatchObject({
      verified: true,
      attempts: 1,
    });
    const stranger = await BankingCall.with();
    expect(await stranger.run('verify_identity', { method: 'passphrase', answer: 'wrong' })).toMatchObject({
      verified: false,
      reason: 'nobody_identified',
      attempts: 0,
    });
    expect(await sendCode(stranger)).toMatchObject({ reason: 'nobody_identified' });
  });

  it('takes the answers that docs/demo-callers.md tells', async () => {
    const profiles = await readProfilesFile(PROFILES);
    const rows = readFileSync(join(__dirname, '../../docs/demo-callers.md'), 'utf8')
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim().replace(/^`|`$/g, ''))
          .slice(1, -1),
      )
      .filter(([clientId]) => clientId?.startsWith('CLT-'));
    const codes = (clientId: string) => [0, 1, 2].map((number) => oneTimeCode(clientId, number)).join(', ');
    expect(rows).toEqual(
      profiles.map(({ client_id: id, full_name: name }) => [
        id,
        name,
        codes(id),
        authenticatorDigits(id),
        passphrase(id),
      ]),
    );
  });
});
