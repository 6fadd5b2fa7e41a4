import { Transform, Type } from 'class-transformer';
import {
  IsDefined,
  IsEmail,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import type { JsonObject } from '../common/json';
import type { ContactInfo, CustomerProfile } from './profile';

const trimmed = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.trim() : value);

class ContactInfoEntry implements ContactInfo {
  @Matches(/^\d{4}$/, { message: 'phone_last_4 must be a string of four digits (quote it in YAML)' })
  readonly phone_last_4!: string;

  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  readonly preferred_channel?: string;
}

/** What an entry of a profiles file must fit. It stays inside this module: profiles are plain objects. */
export class ProfileEntry implements CustomerProfile {
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  readonly full_name!: string;

  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  readonly client_id!: string;

  @Transform(trimmed)
  @IsEmail()
  readonly email!: string;

  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  readonly institution_name!: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ContactInfoEntry)
  readonly contact_info!: ContactInfoEntry;

  @IsObject()
  readonly customer_intelligence!: JsonObject;
}
