import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsDefined,
  IsInt,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';
import { SESSION_ID_PATTERN } from '../../common/ids';
import type { JsonObject, JsonValue } from '../../common/json';
import { NOT_REPLICATED } from './session-schemas';

const YEAR_SECONDS = 365 * 24 * 3600;

export class OpenSessionDto {
  @ApiPropertyOptional({ pattern: SESSION_ID_PATTERN, description: 'Made by the service (UUIDv7) if absent.' })
  @MayBeAbsent()
  @Matches(new RegExp(SESSION_ID_PATTERN), { message: '$property must be 1 to 128 characters of A-Z a-z 0-9 . _ : -' })
  sessionId?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 320,
    description: "Loads the caller's profile; compared without case.",
  })
  @MayBeAbsent()
  @IsString()
  @Length(1, 320)
  email?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 256,
    description: "Loads the caller's profile where the e-mail finds none.",
  })
  @MayBeAbsent()
  @IsString()
  @Length(1, 256)
  clientId?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: YEAR_SECONDS,
    description: 'Seconds from the last change to expiry.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(YEAR_SECONDS)
  ttlSeconds?: number;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'First context, above the profile.' })
  @MayBeAbsent()
  @IsObject()
  context?: JsonObject;
}

export class SessionListQuery {
  @ApiPropertyOptional({ description: '`nextCursor` of the page before.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(64 * 1024)
  cursor?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;
}

export class HistoryQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: -1,
    default: -1,
    description: 'Messages with a higher `seq`; -1 begins with the system prompt, which is number 0.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(-1)
  @Max(Number.MAX_SAFE_INTEGER)
  after: number = -1;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

/** CONTEXT_VALUE_SCHEMA describes it: no class can say "any JSON value" to the document. */
export class ContextValueDto {
  @IsDefinedJson()
  value!: JsonValue;
}

/** Present; null is a value. */
function IsDefinedJson(): PropertyDecorator {
  return (target, key) => {
    const isMissing = (dto: object) => (dto as Record<string | symbol, unknown>)[key] === undefined;
    ValidateIf(isMissing)(target, key);
    IsDefined()(target, key);
  };
}

export class OpenedSessionDto {
  @ApiProperty() sessionId!: string;
  @ApiProperty({ type: 'integer' }) revision!: number;
  @ApiProperty({ description: 'Whether the e-mail or client id had a profile.' }) profileFound!: boolean;
  @ApiPropertyOptional({ type: Boolean, enum: [false], description: NOT_REPLICATED }) replicated?: false;
}
