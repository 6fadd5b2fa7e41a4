import type { Experiment, ExperimentHistoryEntry } from './experiment';

const MAX_ENTRIES = 100;
/**
 * Characters of JSON that the kept entries have together: an entry about variants holds all their prompts, before and
 * after, and whatever is kept is read by every process at every change.
 */
const MAX_CHARACTERS = 256 * 1024;

/** The experiment with one more entry. Older ones make room for it, the newest stays however long it is. */
export function withEntry(experiment: Experiment, entry: ExperimentHistoryEntry): Experiment {
  const entries = [...experiment.history, entry].slice(-MAX_ENTRIES);
  let characters = 0;
  const first = entries.findLastIndex((kept) => (characters += JSON.stringify(kept).length) > MAX_CHARACTERS);
  const history = entries.slice(Math.min(first + 1, entries.length - 1));
  return { ...experiment, updatedAt: entry.at, history };
}
