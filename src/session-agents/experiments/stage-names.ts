import { BoundedNames, OTHER_NAMES } from '../../latency';

/** Stages of one variant that are told apart. */
const MAX_STAGES = 64;
/** What all further stages are counted as. */
export const OTHER_STAGES = OTHER_NAMES;

/** The stages that are counted under names of their own, by variant. */
export class StageNames {
  private readonly byKey = new Map<string, BoundedNames>();

  /** What a stage is counted as in one variant. */
  nameOf(key: string, stage: string): string {
    let names = this.byKey.get(key);
    if (!names) this.byKey.set(key, (names = new BoundedNames(MAX_STAGES)));
    return names.nameOf(stage);
  }

  forget(key: string): void {
    this.byKey.delete(key);
  }
}
