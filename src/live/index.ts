export { LiveModule } from './live.module';
export { TURN_RUNNER, type TurnRequest, type TurnRunner } from './turn-runner';
export type { ClientFrame, ClientFrameOf, ClientFrameType } from './frames/client-frames';
export type { ServerFrame, ServerFrameOf, ServerFrameType } from './frames/server-frames';
export type { AgentsChanged, PublicOp } from './frames/change-view';
