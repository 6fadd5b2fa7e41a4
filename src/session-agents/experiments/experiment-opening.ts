import { Injectable } from '@nestjs/common';
import { NO_AGENTS } from '../../store/agent-state';
import type { ChangeAgentsOp } from '../../store/ops';
import type { SessionOpening } from '../../store/session-opening';
import { planExperiment } from '../changes/plan-experiment';
import { SessionChanges } from '../changes/session-changes';
import { assign } from './assignment';
import { ExperimentRegistry } from './experiment-registry';

/** Gives every new session that a running experiment takes its variant, in the batch that opens it. */
@Injectable()
export class ExperimentOpening implements SessionOpening {
  constructor(
    private readonly registry: ExperimentRegistry,
    private readonly changes: SessionChanges,
  ) {}

  opsFor(sessionId: string): readonly ChangeAgentsOp[] {
    const assignment = assign(this.registry.running(), sessionId);
    if (!assignment) return [];
    const op = this.changes.op(NO_AGENTS, planExperiment(assignment), {
      actor: assignment.experimentId,
      source: 'experiment',
    });
    return op ? [op] : [];
  }
}
