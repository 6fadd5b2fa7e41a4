import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { pathOf, request } from '../../api/http';
import type { Answer } from '../../api/types';
import type { OverridePatch } from './draft';

export type Agents = Answer<'/v1/sessions/{id}/agents', 'get'>;
export type AgentView = Answer<'/v1/sessions/{id}/agents/{name}', 'get'>;
export type Preview = Answer<'/v1/admin/sessions/{id}/agents/{name}/preview', 'post'>;
export type Revision = Answer<'/v1/admin/sessions/{id}/agents/{name}/revisions', 'get'>['revisions'][number];
export type Audit = Answer<'/v1/admin/sessions/{id}/audit', 'get'>;
type Saved = Answer<'/v1/admin/sessions/{id}/agents/{name}', 'patch'>;

/** All that is asked of the agents of a session lies under this: a change of them makes it old. */
export const agentsKey = (sessionId: string) => ['agents', sessionId];

const adminPath = (sessionId: string, ...parts: readonly string[]) => pathOf('/v1/admin/sessions', sessionId, ...parts);

export const agentsQuery = (sessionId: string) =>
  queryOptions({
    queryKey: agentsKey(sessionId),
    queryFn: ({ signal }) => request<Agents>(`${pathOf('/v1/sessions', sessionId)}/agents`, { signal }),
  });

export const agentViewQuery = (sessionId: string, name: string) =>
  queryOptions({
    queryKey: [...agentsKey(sessionId), name, 'view'],
    queryFn: ({ signal }) =>
      request<AgentView>(pathOf('/v1/sessions', sessionId, 'agents', name), {
        query: { explain: true, render: true },
        signal,
      }),
  });

/** What a change would make of an agent; without one what stands. The patch is the whole override of each field. */
export const previewQuery = (sessionId: string, name: string, patch: OverridePatch) =>
  queryOptions({
    queryKey: [...agentsKey(sessionId), name, 'preview', patch],
    queryFn: ({ signal }) =>
      request<Preview>(adminPath(sessionId, 'agents', name, 'preview'), {
        method: 'POST',
        query: { mode: 'replace' },
        body: patch,
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const revisionsQuery = (sessionId: string, name: string) =>
  queryOptions({
    queryKey: [...agentsKey(sessionId), name, 'revisions'],
    queryFn: ({ signal }) =>
      request<{ revisions: readonly Revision[] }>(adminPath(sessionId, 'agents', name, 'revisions'), { signal }),
  });

export const auditQuery = (sessionId: string) =>
  queryOptions({
    queryKey: [...agentsKey(sessionId), 'audit'],
    queryFn: ({ signal }) => request<Audit>(adminPath(sessionId, 'audit'), { query: { verify: true }, signal }),
  });

interface Based {
  /** The revision that was seen: the change is refused where somebody else has come after it. */
  readonly revision: number;
  readonly note: string;
}

/** Saves a change of overrides. */
export function useSave(sessionId: string, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ patch, revision, note }: Based & { readonly patch: OverridePatch }) =>
      request<Saved>(adminPath(sessionId, 'agents', name), {
        method: 'PATCH',
        query: { mode: 'replace' },
        headers: { 'if-match': `"${revision}"` },
        body: { ...patch, ...withNote(note) },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: agentsKey(sessionId) }),
  });
}

/** Goes back to what the agent was after a revision. */
export function useRollback(sessionId: string, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ target, revision, note }: Based & { readonly target: number }) =>
      request<Saved>(adminPath(sessionId, 'agents', name, 'rollback'), {
        method: 'POST',
        headers: { 'if-match': `"${revision}"` },
        body: { revision: target, ...withNote(note) },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: agentsKey(sessionId) }),
  });
}

function withNote(note: string): { note?: string } {
  return note.trim() === '' ? {} : { note: note.trim() };
}
