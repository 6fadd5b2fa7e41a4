import { deepFreeze } from '../common/json';
import { type ErrorIssue, ParleyError } from '../common/parley-error';
import type { CustomerProfile } from './profile';
import type { ProfileProvider } from './profile-provider';

type IndexedKey = 'email' | 'client_id';

/** E-mails are compared without case and surrounding blanks; client ids as they are, without the blanks. */
const NORMALISE: Readonly<Record<IndexedKey, (value: string) => string>> = {
  email: (value) => value.trim().toLowerCase(),
  client_id: (value) => value.trim(),
};

/**
 * Serves a fixed list of profiles. It keeps a frozen copy, so that neither who made the list nor who was
 * handed a profile can change what the next caller gets.
 */
export class MockProfileProvider implements ProfileProvider {
  readonly name = 'mock';
  private readonly byEmail: ReadonlyMap<string, CustomerProfile>;
  private readonly byClientId: ReadonlyMap<string, CustomerProfile>;

  /** @param source what an error names as the place of the list, such as the file it was read from. */
  constructor(profiles: readonly CustomerProfile[], source = 'The list of profiles') {
    const own = deepFreeze(structuredClone(profiles));
    const issues: ErrorIssue[] = [];
    this.byEmail = buildIndex(own, 'email', issues);
    this.byClientId = buildIndex(own, 'client_id', issues);
    if (issues.length > 0) {
      const text = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
      throw new ParleyError('profiles_invalid', `${source} has duplicate keys: ${text}`, { errors: issues });
    }
  }

  findByEmail(email: string): Promise<CustomerProfile | undefined> {
    return Promise.resolve(this.byEmail.get(NORMALISE.email(email)));
  }

  findByClientId(clientId: string): Promise<CustomerProfile | undefined> {
    return Promise.resolve(this.byClientId.get(NORMALISE.client_id(clientId)));
  }
}

function buildIndex(
  profiles: readonly CustomerProfile[],
  key: IndexedKey,
  issues: ErrorIssue[],
): ReadonlyMap<string, CustomerProfile> {
  const positions = new Map<string, number>();
  const index = new Map<string, CustomerProfile>();
  profiles.forEach((profile, position) => {
    const value = NORMALISE[key](profile[key]);
    const first = positions.get(value);
    if (first !== undefined) {
      issues.push({ path: `/${position}/${key}`, message: `is the same as /${first}/${key}` });
      return;
    }
    positions.set(value, position);
    index.set(value, profile);
  });
  return index;
}
