import { Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import { Tool, type ToolContext } from '../../../src';

const BranchHours = Type.Object(
  { city: Type.String({ minLength: 1, maxLength: 80, description: 'City, as the caller named it.' }) },
  { additionalProperties: false },
);

const HOURS: Readonly<Record<string, string>> = { porto: '09:00-16:00', lisbon: '08:30-18:00' };

/** Like every provider it can have others injected. */
@Injectable()
export class BranchHoursTool {
  @Tool({
    name: 'get_branch_hours',
    description: "Gives a branch's opening hours today. Call it when the caller names a city.",
    parameters: BranchHours,
    timeoutMs: 2_000,
  })
  getBranchHours({ city }: Static<typeof BranchHours>, { session }: ToolContext) {
    const hours = HOURS[city.trim().toLowerCase()];
    const bank = session.getContext('institution_name') ?? null;
    return hours === undefined ? { found: false, reason: 'no_branch_there' } : { found: true, bank, hours };
  }
}
