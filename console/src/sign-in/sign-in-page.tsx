import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ConsoleError, messageOf } from '../api/console-error';
import { request } from '../api/http';
import type { Identity } from '../api/types';
import { Brand } from '../shell/brand';
import { changeIdentity } from './identity';
import classes from './sign-in-page.module.css';

export function SignInPage() {
  const [apiKey, setApiKey] = useState('');
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: (key: string) => request<Identity>('/v1/console/session', { method: 'POST', body: { apiKey: key } }),
    onSuccess: (identity) => changeIdentity(queries, identity),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (apiKey !== '') signIn.mutate(apiKey);
  };
  return (
    <main className={classes.page}>
      <Paper withBorder shadow="sm" p="xl" className={classes.card}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <Brand />
            <div>
              <Title order={1} size="h3">
                Sign in
              </Title>
              <Text c="dimmed" size="sm">
                With an API key of this service. It is exchanged for a session of half an hour and not kept.
              </Text>
            </div>
            <PasswordInput
              label="API key"
              name="apiKey"
              autoComplete="current-password"
              required
              autoFocus
              value={apiKey}
              onChange={({ currentTarget }) => setApiKey(currentTarget.value)}
            />
            {signIn.error && (
              <Alert color="red" role="alert" title="Not signed in">
                {refusalOf(signIn.error)}
              </Alert>
            )}
            <Button type="submit" loading={signIn.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}

function refusalOf(error: unknown): string {
  if (error instanceof ConsoleError && error.status === 401) return 'The service does not know this key.';
  return messageOf(error);
}
