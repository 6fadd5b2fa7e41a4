import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { pathOf, request } from '../../api/http';
import type { Answer } from '../../api/types';

export type Series = Answer<'/v1/latency/series', 'get'>;
export type SeriesPoint = Series['points'][number];
export type SeriesPart = 'none' | 'agent' | 'variant';

/** One turn of a session; the document does not say more of it than that it is an object. */
export interface Run {
  readonly id: string;
  readonly label: string | null;
  /** Seconds since the epoch. */
  readonly createdAt: number | null;
  /** Oldest first. */
  readonly samples: readonly { readonly stage: string; readonly seconds: number; readonly at: number | null }[];
}

interface SessionLatency {
  readonly stages: Answer<'/v1/sessions/{id}/latency', 'get'>['stages'];
  readonly runs?: readonly Run[];
}

const SERIES_EVERY_MS = 15_000;

export const sessionLatencyKey = (sessionId: string) => ['session-latency', sessionId];

export const sessionLatencyQuery = (sessionId: string) =>
  queryOptions({
    queryKey: sessionLatencyKey(sessionId),
    queryFn: ({ signal }) => request<SessionLatency>(`${pathOf('/v1/sessions', sessionId)}/latency`, { signal }),
  });

export interface SeriesQuery {
  readonly minutes: number;
  readonly by: SeriesPart;
}

export const seriesQuery = ({ minutes, by }: SeriesQuery) =>
  queryOptions({
    queryKey: ['latency-series', minutes, by],
    queryFn: ({ signal }) => request<Series>('/v1/latency/series', { query: { minutes, by }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: SERIES_EVERY_MS,
  });
