import { ParleyError } from '../../common/parley-error';
import type { RealtimeConnection, RealtimeModel } from './realtime-model';

/** What there is without a configured model. */
export class NoRealtimeModel implements RealtimeModel {
  readonly name = 'none';

  async connect(): Promise<RealtimeConnection> {
    throw new ParleyError('feature_disabled', 'There is no realtime model: REALTIME_PROVIDER is none.');
  }
}
