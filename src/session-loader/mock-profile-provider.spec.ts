import 'reflect-metadata';

import fc from 'fast-check';

import { ParleyError } from '../common/parley-error';
import { MockProfileProvider } from './mock-profile-provider';
import type { CustomerProfile } from './profile';

function profile(email: string, clientId: string): CustomerProfile {
  return {
    full_name: 'Ada Example',
    client_id: clientId,
    email,
    institution_name: 'Example Bank',
    contact_info: { phone_last_4: '0001' },
    customer_intelligence: { relationship_context: { relationship_tier: 'Gold' } },
  };
}

function failureOf(create: () => unknown): ParleyError {
  try {
    create();
  } catch (error) {
    if (error instanceof ParleyError) return error;
  }
  throw new Error('a ParleyError was expected');
}

describe('MockProfileProvider', () => {
  const ada = profile(' Ada@Example.com ', ' CLT-1 ');
  const provider = new MockProfileProvider([ada, profile('bo@example.com', 'clt-1')]);

  it('finds by e-mail without regard to case and surrounding blanks', async () => {
    expect(await provider.findByEmail('\taDA@example.COM ')).toEqual(ada);
    expect(await provider.findByEmail('nobody@example.com')).toBeUndefined();
  });

  it('finds by client id without surrounding blanks, with regard to case', async () => {
    expect(await provider.findByClientId('CLT-1 ')).toEqual(ada);
    expect((await provider.findByClientId('clt-1'))?.email).toBe('bo@example.com');
    expect(await provider.findByClientId('Clt-1')).toBeUndefined();
  });

  it('finds nothing in an empty list, nor under the names of object members', async () => {
    const empty = new MockProfileProvider([]);
    expect(await empty.findByEmail('ada@example.com')).toBeUndefined();
    expect(await empty.findByClientId('constructor')).toBeUndefined();
  });

  it('names both entries of every duplicate key, and no value', () => {
    const error = failureOf(
      () =>
        new MockProfileProvider(
          [
            profile('ada@example.com', 'CLT-1'),
            profile('bo@example.com', 'CLT-2'),
            profile('ADA@example.com ', 'CLT-3'),
            profile('cy@example.com', 'CLT-2 '),
          ],
          'The profiles file x.yaml',
        ),
    );
    expect(error.code).toBe('profiles_invalid');
    expect(error.errors).toEqual([
      { path: '/2/email', message: 'is the same as /0/email' },
      { path: '/3/client_id', message: 'is the same as /1/client_id' },
    ]);
    expect(error.message).toBe(
      'The profiles file x.yaml has duplicate keys: ' +
        '/2/email is the same as /0/email; /3/client_id is the same as /1/client_id',
    );
  });

  it('cannot be changed through the list it was made from', async () => {
    const source = structuredClone(profile('eve@example.com', 'CLT-9')) as {
      -readonly [K in keyof CustomerProfile]: CustomerProfile[K];
    };
    const own = new MockProfileProvider([source]);
    source.full_name = 'Mallory';
    expect((await own.findByClientId('CLT-9'))?.full_name).toBe('Ada Example');
    expect(Object.isFrozen(source)).toBe(false);
  });

  it('cannot be changed through a profile it handed out', async () => {
    const found = (await provider.findByClientId('CLT-1')) as unknown as {
      full_name: string;
      customer_intelligence: { relationship_context: { relationship_tier: string } };
    };
    expect(() => (found.full_name = 'Mallory')).toThrow(TypeError);
    expect(() => (found.customer_intelligence.relationship_context.relationship_tier = 'None')).toThrow(TypeError);
    expect(await provider.findByEmail('ada@example.com')).toEqual(ada);
  });

  it('finds every entry of any list without duplicates, under any writing of its e-mail', async () => {
    const list = fc.uniqueArray(fc.emailAddress(), {
      selector: (email) => email.toLowerCase(),
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(list, async (emails) => {
        const filled = new MockProfileProvider(emails.map((email, index) => profile(email, `CLT-${index}`)));
        for (const [index, email] of emails.entries()) {
          expect((await filled.findByEmail(` ${email.toUpperCase()}`))?.client_id).toBe(`CLT-${index}`);
          expect((await filled.findByClientId(`CLT-${index}`))?.email).toBe(email);
        }
      }),
    );
  });
});
