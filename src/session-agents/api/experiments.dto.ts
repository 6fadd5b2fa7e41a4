import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsPositive,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';
import type { JsonObject } from '../../common/json';
import { isName } from '../../store/ops';
import {
  EXPERIMENT_NAME_PATTERN,
  EXPERIMENT_STATUSES,
  type ExperimentStatus,
  INTERRUPTION_RATE,
  MAX_GUARD_RAILS,
  MAX_VARIANTS,
  MAX_WEIGHT,
  type Percentile,
  PERCENTILES,
} from '../experiments/experiment';

/** Bodies of the routes of experiments; experiments.schemas.ts describes them, because no class can say all of it. */
const MAX_TEXT = 1000;

function IsExperimentName(): PropertyDecorator {
  const message = '$property must be 1 to 64 characters of A-Z a-z 0-9 . _ -, and not . or ..';
  return (target, key) => Matches(new RegExp(EXPERIMENT_NAME_PATTERN), { message })(target, key);
}

function IsStageName(): PropertyDecorator {
  const defaultMessage = () => '$property must be 1 to 256 characters, none of them a control character';
  const validate = (value: unknown) => typeof value === 'string' && isName(value);
  return ValidateBy({ name: 'isStageName', validator: { validate, defaultMessage } });
}

export class VariantDto {
  @IsExperimentName()
  name!: string;

  @IsNumber()
  @IsPositive()
  @Max(MAX_WEIGHT)
  weight!: number;

  @MayBeAbsent()
  @IsObject()
  overrides?: JsonObject;
}

export class GuardRailDto {
  @MayBeAbsent()
  @IsStageName()
  stage?: string;

  @MayBeAbsent()
  @IsIn(PERCENTILES)
  percentile?: Percentile;

  @MayBeAbsent()
  @IsIn([INTERRUPTION_RATE])
  metric?: typeof INTERRUPTION_RATE;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  bound?: number;

  @MayBeAbsent()
  @IsNumber()
  @IsPositive()
  ratioToControl?: number;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  minSamples!: number;
}

/** What can be said at the beginning as well as later. */
class ExperimentFieldsDto {
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_TEXT)
  description?: string;

  @MayBeAbsent()
  @IsExperimentName()
  control?: string;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(1)
  traffic?: number;

  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_GUARD_RAILS)
  guardRails?: GuardRailDto[];

  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_TEXT)
  note?: string;
}

export class NewExperimentDto extends ExperimentFieldsDto {
  @IsExperimentName()
  id!: string;

  @IsString()
  @Length(1, 64)
  agent!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_VARIANTS)
  variants!: VariantDto[];

  @MayBeAbsent()
  @IsIn(['draft', 'running'])
  status?: 'draft' | 'running';
}

export class ExperimentChangesDto extends ExperimentFieldsDto {
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  agent?: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_VARIANTS)
  variants?: VariantDto[];

  @MayBeAbsent()
  @IsIn(EXPERIMENT_STATUSES)
  status?: ExperimentStatus;
}
