import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { type ApiRole, API_ROLES } from '../config/api-keys';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';

/** 256 bits: nobody guesses one. */
const SECRET_BYTES = 32;
/** `role.key.secret`; a key's name may hold dots, the secret none. */
const TICKET = /^([a-z]+)\.([A-Za-z0-9._-]{1,64})\.([A-Za-z0-9_-]{43})$/;
const ISSUED = 'issued';

/** Whom a ticket stands for. */
export interface TicketHolder {
  readonly name: string;
  readonly role: ApiRole;
}

export interface Ticket {
  readonly ticket: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Tickets let a browser, which cannot send a header with a WebSocket, in without its key: each is good for one socket, for a
 * short time, in any process. Only digests are stored, over the whole ticket, so that none can be made to say another role.
 */
@Injectable()
export class LiveTickets {
  private readonly seconds: number;

  constructor(
    @Inject(SHARED_STORE) private readonly shared: SharedStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PARLEY_CONFIG) { live }: Pick<ParleyConfig, 'live'>,
  ) {
    this.seconds = live.ticketSeconds;
  }

  async issue({ name, role }: TicketHolder): Promise<Ticket> {
    const ticket = `${role}.${name}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const expiresAt = nowSeconds(this.clock) + this.seconds;
    await this.shared.addCounts(keyOf(ticket), new Map([[ISSUED, 1]]), this.seconds);
    return { ticket, expiresAt };
  }

  /** Whom it stands for, once; undefined for one that was never issued, has expired or was taken before. */
  async take(ticket: string): Promise<TicketHolder | undefined> {
    const [, role, name] = TICKET.exec(ticket) ?? [];
    if (name === undefined || !isRole(role)) return undefined;
    // Looked for before it is counted: counting writes, and who guesses must not be able to make the store write.
    const counts = await this.shared.readCounts(keyOf(ticket));
    if (!counts.has(ISSUED)) return undefined;
    // The window outlives the ticket: it begins later and lasts as long.
    const { count } = await this.shared.countInWindow(keyOf(ticket), 1, this.seconds);
    return count === 1 ? { name, role } : undefined;
  }
}

function keyOf(ticket: string): string {
  return `live-tickets/${createHash('sha256').update(ticket).digest('hex')}`;
}

function isRole(role: string | undefined): role is ApiRole {
  return (API_ROLES as readonly (string | undefined)[]).includes(role);
}
