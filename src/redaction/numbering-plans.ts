import { type CountryCode, getCountries, getCountryCallingCode, Metadata } from 'libphonenumber-js';

/** What telephone numbers of a country look like. */
export interface NumberingPlan {
  /** How many digits they can have. */
  readonly lengths: ReadonlySet<number>;
  /** The digit that is dialled before one within the country. */
  readonly prefix: string;
  readonly isNational: (digits: string) => boolean;
}

/**
 * The library's knowledge in a form that can be asked a million times a second: its own parser takes so long that a
 * text made of digits alone would hold up every call of the process.
 */
export function planOf(region: CountryCode): NumberingPlan {
  const plan = planData(region);
  const pattern = new RegExp(`^(?:${plan?.nationalNumberPattern() ?? ''})$`);
  const prefix = plan?.nationalPrefix() ?? '';
  return { lengths: new Set(plan?.possibleLengths()), prefix, isNational: (digits) => pattern.test(digits) };
}

/** Lengths of national numbers by country calling code. */
export function lengthsByCallingCode(): ReadonlyMap<string, ReadonlySet<number>> {
  const lengths = new Map<string, Set<number>>();
  for (const country of getCountries()) {
    const code = getCountryCallingCode(country);
    lengths.set(code, new Set([...(lengths.get(code) ?? []), ...(planData(country)?.possibleLengths() ?? [])]));
  }
  return lengths;
}

/** The library's types say less than its metadata can be asked. */
interface PlanData {
  possibleLengths(): number[];
  nationalNumberPattern(): string;
  nationalPrefix(): string | undefined;
}

function planData(country: CountryCode): PlanData | undefined {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  return metadata.numberingPlan as unknown as PlanData | undefined;
}
