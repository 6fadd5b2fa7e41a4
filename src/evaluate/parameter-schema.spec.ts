import { parameterSchema } from './parameter-schema';

describe('the schema of recorded parameters', () => {
  it('has their names and types, and none of their values', () => {
    const schema = parameterSchema([
      { city: 'Oslo', seats: 2 },
      { city: 'Bern', seats: '2', smoking: true },
    ]);
    expect(schema).toEqual({
      type: 'object',
      properties: { city: { type: 'string' }, seats: { type: ['number', 'string'] }, smoking: { type: 'boolean' } },
      required: ['city', 'seats'],
      additionalProperties: false,
    });
    expect(JSON.stringify(schema)).not.toMatch(/Oslo|Bern/);
  });

  it('knows null, lists and objects', () => {
    const { properties } = parameterSchema([{ a: null, b: [], c: {} }]);
    expect(properties).toEqual({ a: { type: 'null' }, b: { type: 'array' }, c: { type: 'object' } });
  });

  it('is one of an empty object where nothing was passed', () => {
    expect(parameterSchema([{}])).toMatchObject({ type: 'object', properties: {}, required: [] });
  });
});
