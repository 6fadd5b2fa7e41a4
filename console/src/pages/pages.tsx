import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { PageTitle } from '../shared/page-title';
import { EmptyState, LoadingState } from '../shared/states';

// Each page is a file of its own for the browser: the first one must not wait for the others.
const SessionsPage = lazy(() => import('./sessions/sessions-page'));
const SessionPage = lazy(() => import('./session/session-page'));
const ExperimentsPage = lazy(() => import('./experiments/experiments-page'));
const ExperimentPage = lazy(() => import('./experiments/experiment-page'));
const LatencyPage = lazy(() => import('./latency/latency-page'));

export function Pages() {
  return (
    <Suspense fallback={<LoadingState label="Loading the page" />}>
      <Switch>
        <Route path="/">
          <Redirect to="/sessions" replace />
        </Route>
        <Route path="/sessions">
          <SessionsPage />
        </Route>
        <Route path="/sessions/:id/:tab?">
          {({ id, tab }) => <SessionPage key={id} sessionId={decodeURIComponent(id)} tab={tab} />}
        </Route>
        <Route path="/experiments">
          <ExperimentsPage />
        </Route>
        <Route path="/experiments/:id">
          {({ id }) => <ExperimentPage key={id} experimentId={decodeURIComponent(id)} />}
        </Route>
        <Route path="/latency">
          <LatencyPage />
        </Route>
        <Route>
          <PageTitle title="There is no such page" />
          <EmptyState title="Nothing is here">The address may be mistyped.</EmptyState>
        </Route>
      </Switch>
    </Suspense>
  );
}
