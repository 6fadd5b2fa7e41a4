/**
 * What a key lets its holder do: `read` sees sessions, `runtime` changes them as well, `audit` sees all that there is and
 * changes nothing, `admin` may do everything.
 */
export const API_ROLES = ['read', 'runtime', 'audit', 'admin'] as const;
export type ApiRole = (typeof API_ROLES)[number];

/** The roles whose rights a role has. */
const INCLUDED: Readonly<Record<ApiRole, readonly ApiRole[]>> = {
  read: ['read'],
  runtime: ['read', 'runtime'],
  audit: ['read', 'audit'],
  admin: API_ROLES,
};

/** Whether whoever has a role may do what another one is needed for. */
export function includesRole(role: ApiRole, needed: ApiRole): boolean {
  return INCLUDED[role].includes(needed);
}

export interface ApiKey {
  readonly name: string;
  readonly role: ApiRole;
  readonly secret: string;
}

/** Shorter secrets can be guessed. */
const MIN_SECRET_CHARACTERS = 8;

/**
 * Reads `name:role:secret,…`; a secret may hold colons but no comma.
 * @returns the keys, or in words what is wrong, without any secret
 */
export function parseApiKeys(text: string): readonly ApiKey[] | string {
  const keys: ApiKey[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [name = '', role = '', ...rest] = entry.trim().split(':');
    const secret = rest.join(':');
    const which = `entry ${index + 1}`;
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(name))
      return `${which} needs a name of letters, digits, dot, dash or underscore`;
    if (!isRole(role)) return `${which} needs a role: ${API_ROLES.join(', ')}`;
    if (!/^[!-~]+$/.test(secret) || secret.length < MIN_SECRET_CHARACTERS) {
      return `${which} needs a secret of at least ${MIN_SECRET_CHARACTERS} printable ASCII characters`;
    }
    if (keys.some((key) => key.name === name)) return `${which} repeats the name of another`;
    if (keys.some((key) => key.secret === secret)) return `${which} repeats the secret of another`;
    keys.push({ name, role, secret });
  }
  return keys;
}

function isRole(role: string): role is ApiRole {
  return (API_ROLES as readonly string[]).includes(role);
}
