/** One field of a session as it is stored: bytes, whatever they should have been. */
export interface RawField {
  readonly name: Buffer;
  readonly value: Buffer;
  /** Whether this release can read it for what its name says. */
  readonly isReadable: boolean;
}

/** A session as it is stored, readable or not, of whatever release or program. */
export interface RawSession {
  /** `hash` for every session; what else stands under its key by its name in Redis, such as `string`. */
  readonly type: string;
  /** In the order of their names. What is no hash has one without a name: the key as `DUMP` gives it. */
  readonly fields: readonly RawField[];
}

/** What a repair has done. */
export interface Repair {
  /** The session's revision after it. */
  readonly revision: number;
  /** The fields that were taken out, as they were; the session keeps each under the name `x:<milliseconds>:<name>`. */
  readonly quarantined: readonly RawField[];
  /** The header could not be read, and was made anew of what the other fields say. */
  readonly isHeaderRebuilt: boolean;
}
