import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../common/may-be-absent';

/** What an entry of a patterns file must fit. */
export class PatternEntry {
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u, {
    message: 'name must be 1 to 64 letters, digits, blanks or any of _ . -, and begin with a letter or digit',
  })
  readonly name!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  readonly pattern!: string;

  /** Every pattern is looked for everywhere (`g`); these are the flags that change what it means. */
  @MayBeAbsent()
  @Matches(/^[imsu]{0,4}$/, { message: 'flags must be any of i, m, s and u' })
  readonly flags?: string;

  /** `[name]` if absent. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly replacement?: string;
}
