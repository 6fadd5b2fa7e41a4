import type { JsonObject, JsonValue } from '../common/json';
import type { Call } from '../programs/call';
import { CallRecords, NOTHING_ON_RECORD } from './call-records';

const recorded = (...calls: [tool: string, parameters: JsonObject, results: JsonValue][]): Call => ({
  callId: '1',
  agents: ['A'],
  turns: calls.map(([tool, parameters, results]) => {
    return { role: 'assistant', agent: 'A', text: 'ok', toolCalls: [{ tool, parameters, results }] };
  }),
});

describe('the records of calls', () => {
  let records: CallRecords;
  beforeEach(() => {
    records = new CallRecords();
    records.begin(
      'one',
      recorded(['find', { city: 'Oslo' }, ['first']], ['find', { city: 'Bern' }, ['second']], ['buy', {}, null]),
    );
    records.begin('other', recorded(['find', { city: 'Oslo' }, ['of the other']]));
  });

  it('answer with the result of the same parameters, however often', () => {
    for (let time = 0; time < 2; time += 1) {
      expect(records.answer('one', 'find', { city: 'bern' })).toEqual(['second']);
      expect(records.answer('other', 'find', { city: 'Oslo' })).toEqual(['of the other']);
    }
  });

  it('answer other parameters with the next result that was not given yet, until there is none', () => {
    expect(records.answer('one', 'find', { city: 'Oslo' })).toEqual(['first']);
    expect(records.answer('one', 'find', { city: 'Rome' })).toEqual(['second']);
    expect(records.answer('one', 'find', { city: 'Rome' })).toEqual(NOTHING_ON_RECORD);
  });

  it('have nothing of another tool, another call or a call that is over', () => {
    expect(records.answer('one', 'pay', {})).toEqual(NOTHING_ON_RECORD);
    expect(records.answer('other', 'buy', {})).toEqual(NOTHING_ON_RECORD);
    records.end('one');
    expect(records.answer('one', 'find', { city: 'Oslo' })).toEqual(NOTHING_ON_RECORD);
  });

  it('can have nothing for an answer', () => expect(records.answer('one', 'buy', {})).toBeNull());
});
