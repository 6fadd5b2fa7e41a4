import { Module } from '@nestjs/common';
import { BranchHoursTool } from './branch-hours.tool';

/** An example of a tool that another team adds: this folder, and its name in the list of `app.module.ts`. */
@Module({ providers: [BranchHoursTool] })
export class BranchHoursModule {}
