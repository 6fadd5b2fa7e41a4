import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { needsSignIn } from '../api/console-error';
import { request, whenUnauthorized } from '../api/http';
import type { Identity } from '../api/types';
import { ErrorState, LoadingState } from '../shared/states';
import { changeIdentity, IDENTITY_QUERY, IdentityContext } from './identity';
import { SignInPage } from './sign-in-page';

/** The service prolongs a session that is asked for, once half of its half hour is gone. */
const RENEW_EVERY_MS = 5 * 60_000;

/** Null where nobody is signed in. */
async function currentIdentity(): Promise<Identity | null> {
  try {
    return await request<Identity>('/v1/console/session');
  } catch (error) {
    if (needsSignIn(error)) return null;
    throw error;
  }
}

/** What is inside is only for who is signed in; anybody else is asked for a key. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const {
    data: identity,
    error,
    refetch,
  } = useQuery({
    queryKey: IDENTITY_QUERY,
    queryFn: currentIdentity,
    refetchInterval: RENEW_EVERY_MS,
  });
  useEffect(() => whenUnauthorized(() => changeIdentity(queries, null)), [queries]);
  if (identity) return <IdentityContext value={identity}>{children}</IdentityContext>;
  if (identity === null) return <SignInPage />;
  if (error)
    return <ErrorState title="The console cannot reach the service" error={error} onRetry={() => void refetch()} />;
  return <LoadingState label="Opening the console" />;
}
