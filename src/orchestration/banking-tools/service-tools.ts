import { Inject, Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import { CLOCK, type Clock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext } from '../tools';
import { CallLog, type Refusal } from './call-log';
import { customerOf } from './customer';
import { dayOf, parseDate, weekdayOf } from './days';
import { derived, reference } from './derived';
import { args, choice, text } from './schemas';

const MAX_DAYS_AHEAD = 60;
const OPENS = '08:00';
const CLOSES = '20:00';
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const WEEKEND = [0, 6];
const URGENT = ['danger', 'distress'];

const Callback = args({
  subject: text(200, 'What it will be about.'),
  date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'The day, as year-month-day.' }),
  time: Type.String({
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
    description: "Hour and minute, 24 hours, the bank's time.",
  }),
  phone: Type.Optional(
    Type.String({ pattern: '^[+0-9][0-9 ()-]{6,24}$', description: 'Number to call, if not the one on file.' }),
  ),
});
const Escalation = args({
  reason: choice(
    ['caller_asks', 'danger', 'distress', 'not_verified', 'tool_failed', 'complaint', 'beyond_my_powers'],
    'Why a person is needed.',
  ),
  summary: text(1000, 'What a colleague has to know, so that the caller need not tell it again.'),
});

@Injectable()
export class ServiceTools {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Tool({
    name: 'schedule_callback',
    description:
      'Arranges that a person calls back on a weekday between eight in the morning and eight in the evening. Call it after ' +
      'subject, day and time were repeated and confirmed. The caller need not be verified.',
    parameters: Callback,
  })
  scheduleCallback(callback: Static<typeof Callback>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, 'schedule_callback');
    const customer = customerOf(session);
    if (!customer && callback.phone === undefined) return log.refused(NO_NUMBER);
    const day = parseDate(callback.date);
    const refusal = this.refusalOf(day, callback.time);
    if (day === undefined || refusal) return log.refused(refusal ?? NO_DATE);
    const { date, time, subject } = callback;
    const id = reference('CB', customer?.clientId ?? '', session.sessionId, log.entries.length);
    const number = callback.phone === undefined ? 'on_file' : 'as_given';
    const weekday = WEEKDAYS[weekdayOf(day)] ?? '';
    return log.done({ callback: id, weekday, date, time, subject, number }, { callback: id, date, time });
  }

  @Tool({
    name: 'escalate_to_human',
    description:
      'Asks a person to take over this call, with what they have to know. The caller need not be verified. Tell the caller ' +
      'about how long it takes, and stay until somebody is there.',
    parameters: Escalation,
  })
  escalateToHuman({ reason }: Static<typeof Escalation>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, 'escalate_to_human');
    const ticket = reference('HP', session.sessionId);
    const isUrgent = URGENT.includes(reason);
    const minutes = isUrgent ? 1 : 2 + derived(6, 'wait', session.sessionId);
    return log.done({ ticket, queue: isUrgent ? 'urgent' : 'general', expected_wait_minutes: minutes }, { reason });
  }

  private refusalOf(day: number | undefined, time: string): Refusal | undefined {
    if (day === undefined) return NO_DATE;
    const nowMs = this.clock.nowMs();
    const ahead = day - dayOf(nowMs);
    const nowTime = new Date(nowMs).toISOString().slice(11, 16);
    if (ahead < 0 || (ahead === 0 && time <= nowTime)) return IN_THE_PAST;
    if (ahead > MAX_DAYS_AHEAD) return TOO_FAR_AHEAD;
    return WEEKEND.includes(weekdayOf(day)) || time < OPENS || time > CLOSES ? CLOSED : undefined;
  }
}

const NO_NUMBER: Refusal = {
  reason: 'no_number',
  message: 'Nobody is recognised in this call: ask for the number to call.',
  spoken: 'Which number shall we call?',
};
const NO_DATE: Refusal = {
  reason: 'no_such_date',
  message: 'There is no such day. Ask for it once more.',
  spoken: 'There is no such day. Which day would suit you?',
};
const IN_THE_PAST: Refusal = {
  reason: 'in_the_past',
  message: 'That is over already. Ask for another day or time.',
  spoken: 'That is over already. Which other day or time would suit you?',
};
const TOO_FAR_AHEAD: Refusal = {
  reason: 'too_far_ahead',
  message: `Callbacks are arranged up to ${MAX_DAYS_AHEAD} days ahead. Ask for an earlier day.`,
  spoken: `We arrange calls up to ${MAX_DAYS_AHEAD} days ahead. Is there an earlier day?`,
};
const CLOSED: Refusal = {
  reason: 'closed',
  message: `People call back on weekdays from ${OPENS} to ${CLOSES}. Ask for another day or time.`,
  spoken: `We call on weekdays from ${OPENS} to ${CLOSES}. Which other day or time would suit you?`,
};
