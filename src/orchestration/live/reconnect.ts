import { ParleyError } from '../../common/parley-error';
import type { LiveParts } from './live-parts';
import { owesReply, restoredItems } from './restored-items';

/**
 * The connection to the model is gone: what was being said is cut, and the call goes on over another one that knows what
 * was said, hears again what nobody has written down, and gives the answer that is owed.
 * @throws ParleyError where there is no other connection, or this one was the other and did not hold
 */
export async function reconnect(parts: LiveParts, lostBy: ParleyError | undefined): Promise<void> {
  const { call, line, agents, floor, history, bargeIn, functions, between } = parts;
  const mayTry = line.lost();
  between.connectionLost();
  void bargeIn.byEnd('connection_lost');
  floor.clear();
  functions.responsesLost();
  if (!mayTry) throw lostBy ?? new ParleyError('model_unavailable', 'The model has ended the connection again.');
  await line.connect(await agents.settings());
  const isCallerHeard = line.resume(restoredItems(call.memo));
  if (isCallerHeard) history.callerRepeats();
  else history.callerGone();
  if (!isCallerHeard && !functions.isBusy && owesReply(call.memo)) between.want();
}
