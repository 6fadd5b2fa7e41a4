/** How much the script has of something, how much the model made, and of how much both. */
export interface Agreement {
  readonly script: number;
  readonly made: number;
  readonly agree: number;
}

export const NO_AGREEMENT: Agreement = { script: 0, made: 0, agree: 0 };

export function sumOf(agreements: readonly Agreement[]): Agreement {
  return agreements.reduce(
    (sum, { script, made, agree }) => ({
      script: sum.script + script,
      made: sum.made + made,
      agree: sum.agree + agree,
    }),
    NO_AGREEMENT,
  );
}

/** Of what the model made, what the script has; undefined where it made nothing. */
export function precision({ made, agree }: Agreement): number | undefined {
  return made === 0 ? undefined : agree / made;
}

/** Of what the script has, what the model made; undefined where there is nothing. */
export function recall({ script, agree }: Agreement): number | undefined {
  return script === 0 ? undefined : agree / script;
}
