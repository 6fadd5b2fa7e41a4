import { createHash } from 'node:crypto';
import { type Clock, nowSeconds } from '../../common/clock';
import { ParleyError } from '../../common/parley-error';
import { FIELD } from '../layout/fields';
import { planRepair, refused, type RepairPlan } from '../layout/plan-repair';
import { rawField, repairOf, sortedFields } from '../layout/raw-fields';
import type { RawField, RawSession, Repair } from '../raw-session';
import { refusals } from '../store-errors';
import { LuaScript } from './lua-script';
import type { RedisCommands } from './redis-commands';
import type { RedisConnection } from './redis-connection';

/** 1, or 0 where the session has changed since it was read. */
const REPAIR_SESSION = new LuaScript<0 | 1>('repair-session');
/** Somebody may write between the read and the repair; more than a few times in a row nobody does. */
const MAX_ATTEMPTS = 8;
const SCAN_COUNT = 1000;

/** Sessions as they are stored, for those who look after what cannot be read. */
export class RedisRawSessions {
  constructor(
    private readonly commands: RedisCommands,
    private readonly key: (sessionId: string) => string,
    private readonly defaultTtlSeconds: number,
    private readonly clock: Clock,
  ) {}

  async read(sessionId: string): Promise<RawSession> {
    const key = this.key(sessionId);
    const type = await this.commands.send(sessionId, (redis) => redis.type(key));
    if (type === 'none') throw refusals.notFound(sessionId);
    if (type !== 'hash') return this.foreign(sessionId, type);
    const fields = sortedFields([...(await this.scan(sessionId)).values()]);
    if (fields.length === 0) throw refusals.notFound(sessionId);
    if (fields.length === 1 && fields[0]?.name.toString() === FIELD.endedAt) throw refusals.ended(sessionId);
    return { type, fields };
  }

  /** In steps, because what is damaged may be large; a field can come twice. */
  private async scan(sessionId: string): Promise<Map<string, RawField>> {
    const fields = new Map<string, RawField>();
    let cursor = '0';
    do {
      const [next, flat] = await this.page(sessionId, cursor);
      for (const field of fieldsOf(flat)) fields.set(field.name.toString('latin1'), field);
      cursor = next.toString();
    } while (cursor !== '0');
    return fields;
  }

  private page(sessionId: string, cursor: string): Promise<[cursor: Buffer, flat: Buffer[]]> {
    return this.commands.send(sessionId, (redis) =>
      redis.hscanBuffer(this.key(sessionId), cursor, 'COUNT', SCAN_COUNT),
    );
  }

  private async foreign(sessionId: string, type: string): Promise<RawSession> {
    const dump = await this.commands.send(sessionId, (redis) => redis.dumpBuffer(this.key(sessionId)));
    return { type, fields: [{ name: Buffer.alloc(0), value: dump, isReadable: false }] };
  }

  async repair(sessionId: string): Promise<Repair> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const { type, fields } = await this.read(sessionId);
      if (type !== 'hash') throw refused(sessionId, `its key is no hash but of the type ${type}`);
      const nowMs = Math.round(nowSeconds(this.clock) * 1000);
      const plan = planRepair({ sessionId, ttlSeconds: await this.ttlSeconds(sessionId), nowMs }, fields);
      const header = fields.find(({ name }) => name.toString() === FIELD.header);
      const args = scriptArgs(plan, header?.value);
      const run = (redis: RedisConnection) => REPAIR_SESSION.run(redis, this.key(sessionId), args);
      if ((await this.commands.sendInTurn(sessionId, run)) === 1) return repairOf(plan);
    }
    throw new ParleyError('store_unavailable', `Session ${sessionId} is written too often to be repaired.`);
  }

  private async ttlSeconds(sessionId: string): Promise<number> {
    const left = await this.commands.send(sessionId, (redis) => redis.ttl(this.key(sessionId)));
    return left > 0 ? left : this.defaultTtlSeconds;
  }
}

function scriptArgs({ moves, header }: RepairPlan, read: Buffer | undefined): (string | Buffer)[] {
  const args = moves.flatMap(({ field, to }) => [field.name, sha1(field.value), to]);
  return [read === undefined ? '' : sha1(read), header, ...args];
}

function fieldsOf(flat: readonly Buffer[]): RawField[] {
  const fields: RawField[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    fields.push(rawField(flat[index] as Buffer, flat[index + 1] as Buffer));
  }
  return fields;
}

function sha1(value: Buffer): string {
  return createHash('sha1').update(value).digest('hex');
}
