import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { usePermission } from '../../sign-in/identity';
import { agentsQuery, type Preview, previewQuery, useSave } from './agents-api';
import classes from './agents.module.css';
import { ChangePreview } from './change-preview';
import { ConflictNotice } from './conflict-notice';
import { EditorFields } from './editor-fields';
import { SaveBar } from './save-bar';
import { useDraft } from './use-draft';

/** Long enough not to ask with every letter, short enough to seem at once. */
const TYPING_PAUSE_MS = 250;

interface AgentEditorProps {
  readonly sessionId: string;
  readonly name: string;
  readonly stands: Preview;
}

/** Changes what the session uses of an agent. */
export function AgentEditor({ sessionId, name, stands }: AgentEditorProps) {
  const state = useDraft(stands);
  const { basis, patch, issues, isTouched } = state;
  const { isGranted } = usePermission('admin');
  const [asked] = useDebouncedValue(patch, TYPING_PAUSE_MS);
  const preview = useQuery(previewQuery(sessionId, name, asked));
  const save = useSave(sessionId, name);
  const tools = useKnownTools(sessionId);
  const shown = [...issues, ...(preview.data?.issues ?? [])];
  const isChecked = asked === patch && !preview.isFetching;
  return (
    <div className={classes.form}>
      <ConflictNotice sessionId={sessionId} name={name} state={state} stands={stands} />
      <EditorFields state={state} issues={shown} tools={tools} isReadOnly={!isGranted} />
      <ChangePreview stands={stands} preview={preview.data} issues={shown} error={preview.error} />
      <SaveBar
        isReady={isTouched && isChecked && shown.length === 0 && !state.isOvertaken}
        isTouched={isTouched}
        isSaving={save.isPending}
        error={save.error}
        savedRevision={save.data?.revision}
        onSave={(note) => save.mutateAsync({ patch, revision: basis.revision, note })}
        onDiscard={state.discard}
      />
    </div>
  );
}

/** Those that any agent of the session names: what can be chosen from. */
function useKnownTools(sessionId: string): string[] {
  const { data } = useQuery(agentsQuery(sessionId));
  const triggers = data?.agents.flatMap(({ handoff }) => handoff.trigger ?? []) ?? [];
  return [...new Set([...(data?.agents.flatMap(({ tools }) => tools) ?? []), ...triggers])].sort();
}
