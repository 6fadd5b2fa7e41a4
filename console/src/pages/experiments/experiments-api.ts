import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { pathOf, request } from '../../api/http';
import type { Answer } from '../../api/types';

type Experiments = Answer<'/v1/admin/experiments', 'get'>;
export type ListedExperiment = Experiments['experiments'][number];
export type Experiment = Answer<'/v1/admin/experiments/{id}', 'get'>;
export type Status = Experiment['status'];
export type Results = Answer<'/v1/admin/experiments/{id}/results', 'get'>;
export type VariantResults = Results['variants'][number];

const PATH = '/v1/admin/experiments';
const KEY = ['experiments'];
/** Results are counted about a second behind. */
const RESULTS_EVERY_MS = 5_000;

export const experimentsQuery = queryOptions({
  queryKey: KEY,
  queryFn: ({ signal }) => request<Experiments>(PATH, { signal }),
});

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, id],
    queryFn: ({ signal }) => request<Experiment>(pathOf(PATH, id), { signal }),
    // A guard-rail may pause it.
    refetchInterval: RESULTS_EVERY_MS,
  });

export const resultsQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, id, 'results'],
    queryFn: ({ signal }) => request<Results>(`${pathOf(PATH, id)}/results`, { signal }),
    refetchInterval: RESULTS_EVERY_MS,
  });

export interface NewExperiment {
  readonly id: string;
  readonly description?: string;
  readonly agent: string;
  readonly traffic: number;
  readonly control: string;
  readonly variants: readonly NewVariant[];
}

export interface NewVariant {
  readonly name: string;
  readonly weight: number;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export function useDefine() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewExperiment) => request<Experiment>(PATH, { method: 'POST', body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Starts, pauses or ends an experiment, as it was seen. */
export function useStep({ id, version }: ListedExperiment) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ status, note }: { readonly status: Status; readonly note: string }) =>
      request<Experiment>(pathOf(PATH, id), {
        method: 'PATCH',
        headers: { 'if-match': `"${version}"` },
        body: { status, ...(note.trim() !== '' && { note: note.trim() }) },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
