import type { Cluster, Redis } from 'ioredis';
import type { FeedChannels } from './feed-channels';
import { ownerOf, primariesOf, slotOf } from './redis-connection';
import { replyCode } from './redis-errors';

/** Between attempts to subscribe what could not be subscribed. */
const RETRY_MS = 100;
/** How often a channel may turn out to have moved before its subscription fails, for now. */
const MAX_MOVES = 3;

interface Placement {
  readonly slot: number;
  /** Whose messages count; undefined while there is no such server. */
  node: Redis | undefined;
}

/**
 * Channels of a cluster (sharded pub/sub): each on the connection to the primary that owns its slot, and after the slot
 * when that moves. The cluster's client knows who owns what; its connections to the primaries carry nothing else.
 */
export class ShardedChannels implements FeedChannels {
  private readonly placements = new Map<string, Placement>();
  private readonly messageListeners: ((channel: string, message: string) => void)[] = [];
  private readonly gapListeners: ((channels: readonly string[]) => void)[] = [];
  /** Servers that may have dropped subscriptions, as they do when a slot leaves them. */
  private readonly doubtful = new Set<Redis>();
  private settling: Promise<void> | undefined;
  private isUnsettled = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly onError: (error: unknown) => void,
  ) {
    cluster.nodes().forEach((node) => this.listenTo(node));
    cluster.on('+node', (node: Redis) => this.listenTo(node));
    cluster.on('refresh', () => this.settle());
    cluster.on('ready', () => this.settle());
  }

  onMessage(listener: (channel: string, message: string) => void): void {
    this.messageListeners.push(listener);
  }

  onGap(listener: (channels: readonly string[]) => void): void {
    this.gapListeners.push(listener);
  }

  async subscribe(channel: string): Promise<void> {
    const known = this.placements.get(channel);
    const placement = known ?? { slot: slotOf(channel), node: undefined };
    this.placements.set(channel, placement);
    await this.place(channel, placement);
  }

  async unsubscribe(channel: string): Promise<void> {
    const node = this.placements.get(channel)?.node;
    this.placements.delete(channel);
    await node?.sunsubscribe(channel);
  }

  private listenTo(node: Redis): void {
    node.on('smessage', (channel: string, message: string) => {
      if (this.placements.get(channel)?.node !== node) return;
      for (const listener of this.messageListeners) listener(channel, message);
    });
    // A subscription that the server ends by itself comes as an answer to no command, which the client calls an error.
    node.on('error', () => {
      this.doubtful.add(node);
      this.refresh();
    });
    node.on('close', () => {
      for (const placement of this.placements.values()) if (placement.node === node) placement.node = undefined;
      this.doubtful.delete(node);
      this.refresh();
    });
  }

  /** Asks who owns what; the answer settles what has changed. */
  private refresh(): void {
    if (this.cluster.status === 'ready' && this.placements.size > 0) this.cluster.refreshSlotsCache();
  }

  /** Brings every channel to where it belongs, one round at a time, until all are there. */
  private settle(): void {
    this.isUnsettled = true;
    this.settling ??= this.settleAll().finally(() => (this.settling = undefined));
  }

  private async settleAll(): Promise<void> {
    while (this.isUnsettled && this.cluster.status === 'ready') {
      this.isUnsettled = false;
      const failure = await this.settleOnce();
      if (failure === undefined) continue;
      this.onError(failure);
      this.isUnsettled = true;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      this.refresh();
    }
  }

  /** @returns what went wrong, if anything did */
  private async settleOnce(): Promise<unknown> {
    const primaries = primariesOf(this.cluster);
    const doubtful = new Set(this.doubtful);
    this.doubtful.clear();
    const misplaced = [...this.placements].filter(
      ([, { slot, node }]) => !node || doubtful.has(node) || node !== ownerOf(this.cluster, slot, primaries),
    );
    const missed: string[] = [];
    const results = await Promise.allSettled(
      misplaced.map(async ([channel, placement]) => {
        if (await this.replace(channel, placement)) missed.push(channel);
      }),
    );
    if (missed.length > 0) for (const listener of this.gapListeners) listener(missed);
    return results.find((result) => result.status === 'rejected')?.reason;
  }

  /** @returns whether it is subscribed at another place than before */
  private async replace(channel: string, placement: Placement): Promise<boolean> {
    const before = placement.node;
    await this.place(channel, placement);
    if (before === placement.node) return false;
    // Where the slot has left, there is no subscription any more; where the server has become a replica, there is.
    before?.sunsubscribe(channel).catch(() => undefined);
    return true;
  }

  private async place(channel: string, placement: Placement): Promise<void> {
    for (let moves = 0; ; moves += 1) {
      const node = ownerOf(this.cluster, placement.slot);
      if (!node) throw new Error('The connection is closed.');
      // Before the answer, for messages can come right behind it.
      placement.node = node;
      try {
        await node.ssubscribe(channel);
        return;
      } catch (error) {
        if (placement.node === node) placement.node = undefined;
        if (replyCode(error) !== 'MOVED' || moves === MAX_MOVES) throw error;
        await this.refreshed();
      }
    }
  }

  private refreshed(): Promise<void> {
    return new Promise((resolve) => this.cluster.refreshSlotsCache(() => resolve()));
  }
}
