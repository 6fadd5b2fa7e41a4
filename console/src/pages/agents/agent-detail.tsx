import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { AuditTrail } from './audit-trail';
import { AgentEditor } from './agent-editor';
import { EffectiveConfig } from './effective-config';
import { Revisions } from './revisions';
import { Standing } from './standing';

interface AgentDetailProps {
  readonly sessionId: string;
  readonly name: string;
}

export function AgentDetail({ sessionId, name }: AgentDetailProps) {
  const [shown, setShown] = useState<string | null>('configuration');
  return (
    <Tabs value={shown} onChange={setShown} variant="pills" keepMounted={false} mt="md">
      <Tabs.List aria-label={`What is shown of ${name}`}>
        <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
        <Tabs.Tab value="edit">Edit</Tabs.Tab>
        <Tabs.Tab value="revisions">Revisions</Tabs.Tab>
        <Tabs.Tab value="audit">Audit</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="configuration" pt="md">
        <EffectiveConfig sessionId={sessionId} name={name} />
      </Tabs.Panel>
      <Tabs.Panel value="edit" pt="md">
        <Standing sessionId={sessionId} name={name}>
          {(stands) => <AgentEditor sessionId={sessionId} name={name} stands={stands} />}
        </Standing>
      </Tabs.Panel>
      <Tabs.Panel value="revisions" pt="md">
        <Standing sessionId={sessionId} name={name}>
          {(stands) => <Revisions sessionId={sessionId} name={name} stands={stands} />}
        </Standing>
      </Tabs.Panel>
      <Tabs.Panel value="audit" pt="md">
        <AuditTrail sessionId={sessionId} />
      </Tabs.Panel>
    </Tabs>
  );
}
