export { type StageSummary, summarizeStage } from './stage-summary';
