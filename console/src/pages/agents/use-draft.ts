import { useMemo, useState } from 'react';
import type { Preview } from './agents-api';
import { type Draft, draftOf, type OverridePatch, patchOf, rebased, touchedFields, type DraftIssue } from './draft';

export interface DraftState {
  readonly draft: Draft;
  /** What it was begun on. */
  readonly basis: Preview;
  readonly patch: OverridePatch;
  readonly issues: readonly DraftIssue[];
  readonly isTouched: boolean;
  /** Whether somebody else has saved since. */
  readonly isOvertaken: boolean;
  readonly change: (part: Partial<Draft>) => void;
  readonly replace: (draft: Draft) => void;
  /** Goes on with what somebody else has saved, with what was written here over it. */
  readonly rebase: () => void;
  /** Begins anew on what stands. */
  readonly discard: () => void;
}

/** What is being written on an agent as it stands; without anything written it follows that. */
export function useDraft(stands: Preview): DraftState {
  const [basis, setBasis] = useState(stands);
  const [draft, setDraft] = useState(() => draftOf(stands));
  const patched = useMemo(() => patchOf(draft, basis), [draft, basis]);
  const isTouched = touchedFields(draft, basis).length > 0;
  const begin = (next: Draft) => {
    setBasis(stands);
    setDraft(next);
  };
  // What was written has been saved, here or by somebody else who wrote the same: nobody is overtaken by that.
  const isSaved = isTouched && stands.revision > basis.revision && touchedFields(draft, stands).length === 0;
  if (basis !== stands && (!isTouched || isSaved)) begin(draftOf(stands));
  return {
    draft,
    basis,
    // The same object until something is written: what is asked for it waits for a pause.
    ...patched,
    isTouched,
    isOvertaken: isTouched && stands.revision > basis.revision,
    change: (part) => setDraft({ ...draft, ...part }),
    replace: setDraft,
    rebase: () => begin(rebased(draft, basis, stands)),
    discard: () => begin(draftOf(stands)),
  };
}
