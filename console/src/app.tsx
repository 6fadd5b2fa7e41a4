import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { ConsoleError } from './api/console-error';
import { LiveProvider } from './live/live-context';
import { Pages } from './pages/pages';
import { Shell } from './shell/shell';
import { SignedIn } from './sign-in/signed-in';
import { theme } from './theme';

const MOST_RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused is refused again; what was not heard of may be.
      retry: (failures, error) =>
        failures < MOST_RETRIES && (!(error instanceof ConsoleError) || error.status === 0 || error.status >= 500),
      refetchOnWindowFocus: false,
    },
  },
});

export function App() {
  return (
    // Their style sheets would be inline: build/theme-variables.ts makes one of the variables, and the classes are unused.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queries}>
        <Router base="/console">
          <SignedIn>
            <LiveProvider>
              <Shell>
                <Pages />
              </Shell>
            </LiveProvider>
          </SignedIn>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
