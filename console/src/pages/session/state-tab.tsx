import type { SessionView } from '../../api/types';
import { NamedValues } from './named-values';
import { PlaybackQueue } from './playback-queue';
import { SessionShown } from './session-shown';
import classes from './state-tab.module.css';

/** Context keys that a loaded profile fills; they are shown apart. */
const PROFILE_KEYS = ['session_profile', 'client_id', 'caller_name', 'institution_name', 'customer_intelligence'];

export function StateTab() {
  return <SessionShown>{(session) => <State session={session} />}</SessionShown>;
}

function State({ session }: { readonly session: SessionView }) {
  const entries = Object.entries(session.context);
  const isProfile = ([key]: readonly [string, unknown]) => PROFILE_KEYS.includes(key);
  return (
    <div className={classes.parts}>
      <NamedValues title="Slots" entries={Object.entries(session.slots)} empty="Nothing has been understood yet." />
      <NamedValues title="Profile" entries={entries.filter(isProfile)} empty="No profile was found for this caller." />
      <NamedValues
        title="Context"
        entries={entries.filter((entry) => !isProfile(entry))}
        empty="Nothing has been kept yet."
      />
      <NamedValues
        title="Results of tools"
        entries={Object.entries(session.toolOutputs)}
        empty="No tool has answered yet."
      />
      <PlaybackQueue sessionId={session.sessionId} />
    </div>
  );
}
