/** Stages of one variant that are told apart. */
const MAX_STAGES = 64;
/** A counter's name holds more than the stage's. */
const MAX_CHARACTERS = 200;
/** What all further stages are counted as. */
export const OTHER_STAGES = 'other';

/** The stages that are counted under names of their own: names come from clients, who must not make counters at will. */
export class StageNames {
  private readonly byKey = new Map<string, Set<string>>();

  /** What a stage is counted as in one variant. */
  nameOf(key: string, stage: string): string {
    const names = this.namesOf(key);
    if (names.has(stage)) return stage;
    if (names.size >= MAX_STAGES || stage.length > MAX_CHARACTERS) return OTHER_STAGES;
    names.add(stage);
    return stage;
  }

  forget(key: string): void {
    this.byKey.delete(key);
  }

  private namesOf(key: string): Set<string> {
    let names = this.byKey.get(key);
    if (!names) this.byKey.set(key, (names = new Set()));
    return names;
  }
}
