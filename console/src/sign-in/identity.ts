import type { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Identity, Role } from '../api/types';

export const IDENTITY_QUERY = ['identity'];

/** Somebody has signed in, or out (null): what was seen before is not for who comes after. */
export function changeIdentity(queries: QueryClient, identity: Identity | null): void {
  const [name] = IDENTITY_QUERY;
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== name });
  queries.setQueryData(IDENTITY_QUERY, identity);
}

export const IdentityContext = createContext<Identity | undefined>(undefined);

export function useIdentity(): Identity {
  const identity = useContext(IdentityContext);
  if (!identity) throw new Error('useIdentity() is for pages inside SignedIn.');
  return identity;
}

/** Whether somebody may do what needs a role; if not, why, in words for people. */
export type Permission = { readonly isGranted: true } | { readonly isGranted: false; readonly reason: string };

/** The roles whose rights a role has, as the service gives them. */
const INCLUDED: Readonly<Record<Role, readonly Role[]>> = {
  read: ['read'],
  runtime: ['read', 'runtime'],
  audit: ['read', 'audit'],
  admin: ['read', 'runtime', 'audit', 'admin'],
};

export function permissionOf({ role, name }: Identity, needed: Role): Permission {
  if (INCLUDED[role].includes(needed)) return { isGranted: true };
  return { isGranted: false, reason: `The key “${name}” has the role ${role}; this needs the role ${needed}.` };
}

export function usePermission(needed: Role): Permission {
  return permissionOf(useIdentity(), needed);
}
