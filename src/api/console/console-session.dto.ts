import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { API_ROLES } from '../../config/api-keys';
import { object, seconds, text } from '../docs/schema';

export class SignInDto {
  @ApiProperty({ minLength: 1, maxLength: 1024, description: 'The secret of a key of API_KEYS.' })
  @IsString()
  @Length(1, 1024)
  apiKey!: string;
}

export const CONSOLE_SESSION_SCHEMA = object({
  name: { ...text, description: 'Of the key; `local` where none is asked for.' },
  role: { type: 'string', enum: [...API_ROLES] },
  expiresAt: seconds('Seconds since the epoch.'),
});
