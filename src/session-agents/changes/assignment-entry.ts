import { IsIn, IsObject, IsString, Length } from 'class-validator';
import { isJsonObject } from '../../common/json';
import { MayBeAbsent } from '../../common/may-be-absent';
import type { ErrorIssue } from '../../common/parley-error';
import { LIMITS } from '../agent-limits';
import { issuesOf } from '../base/checked-entry';
import type { AssignmentReason } from '../state/session-agents';

const REASONS: readonly AssignmentReason[] = ['SPLIT', 'STATIC'];

/** A session's part in an experiment, as an export has it. */
class AssignmentEntry {
  @IsString()
  @Length(1, LIMITS.nameCharacters)
  experimentId!: string;

  @IsString()
  @Length(1, LIMITS.nameCharacters)
  variant!: string;

  @IsIn(REASONS)
  reason!: string;

  @MayBeAbsent()
  @IsString()
  agent?: string;

  @MayBeAbsent()
  @IsObject()
  overrides?: object;
}

/** What is wrong with it, each at its place below `path`. */
export function assignmentIssues(value: unknown, path: string): ErrorIssue[] {
  const issues = issuesOf(AssignmentEntry, value, path);
  if (!isJsonObject(value) || value['overrides'] === undefined || value['agent'] !== undefined) return issues;
  return [...issues, { path: `${path}/overrides`, message: 'must be of an agent' }];
}
