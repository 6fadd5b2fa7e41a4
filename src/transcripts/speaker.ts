import type { TranscriptMessage } from './transcript';

/** Who speaks, in a transcript for people. */
export function speakerOf({ role, agent }: TranscriptMessage): string {
  switch (role) {
    case 'user':
      return 'Caller';
    case 'assistant':
      return agent;
    case 'system':
    case 'tool':
      return `${agent} (${role})`;
  }
}
