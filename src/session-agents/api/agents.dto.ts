import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';
import type { JsonObject } from '../../common/json';
import type { PatchMode } from '../changes/plan-override';

/** A flag in a query: present as `true` or `false`. */
const FLAG = { enum: ['true', 'false'], default: 'false' } as const;

export class AgentQuery {
  @ApiPropertyOptional({ ...FLAG, description: 'Adds `rendered`: the system prompt with the data of the session.' })
  @MayBeAbsent()
  @IsIn(FLAG.enum)
  render: string = 'false';

  @ApiPropertyOptional({ ...FLAG, description: 'Adds `fields`: of each its value, its layer and its revision.' })
  @MayBeAbsent()
  @IsIn(FLAG.enum)
  explain: string = 'false';
}

export class ExplainQuery {
  @ApiPropertyOptional({ ...FLAG, description: 'Adds `fields`: of each its value, its layer and its revision.' })
  @MayBeAbsent()
  @IsIn(FLAG.enum)
  explain: string = 'false';
}

export class AuditQuery {
  @ApiPropertyOptional({ ...FLAG, description: 'Adds `verified`: whether the hash chain is whole.' })
  @MayBeAbsent()
  @IsIn(FLAG.enum)
  verify: string = 'false';
}

export class RevisionsQuery {
  @ApiPropertyOptional({ ...FLAG, description: 'Adds `promptDiff`: what changed in the prompt, as a unified diff.' })
  @MayBeAbsent()
  @IsIn(FLAG.enum)
  diff: string = 'false';
}

export class PatchQuery {
  @ApiPropertyOptional({
    enum: ['merge', 'replace'],
    default: 'merge',
    description:
      '`merge`: members of voice, model and templateVars over those overridden already; null takes one away.',
  })
  @MayBeAbsent()
  @IsIn(['merge', 'replace'])
  mode: PatchMode = 'merge';
}

export class NoteQuery {
  @ApiPropertyOptional({ maxLength: 1000, description: 'Why, for the audit trail.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  note?: string;
}

export class HandoffDto {
  @ApiProperty({ description: 'The handoff tool that was called.' })
  @IsString()
  @Length(1, 64)
  tool!: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'What the next agent is told.' })
  @MayBeAbsent()
  @IsObject()
  context?: JsonObject;
}

export class HandoffTargetDto extends NoteQuery {
  @ApiProperty({ description: 'Name of the agent that the tool leads to in this session.' })
  @IsString()
  @Length(1, 64)
  target!: string;
}

export class RollbackDto extends NoteQuery {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The state after this revision is restored.' })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  revision!: number;
}

export class ExperimentTagDto extends NoteQuery {
  @ApiProperty({ minLength: 1, maxLength: 64 })
  @IsString()
  @Length(1, 64)
  experimentId!: string;

  @ApiProperty({ minLength: 1, maxLength: 64 })
  @IsString()
  @Length(1, 64)
  variant!: string;
}
