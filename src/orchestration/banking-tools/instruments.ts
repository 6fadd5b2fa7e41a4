export interface Instrument {
  readonly symbol: string;
  readonly name: string;
  readonly kind: 'share' | 'fund' | 'index';
  /** Around which its price moves at first, US dollars. */
  readonly price: number;
  /** By how much that changes in a year, as a share of one. */
  readonly drift: number;
}

/** Invented shares, funds and indices. */
export const INSTRUMENTS: readonly Instrument[] = [
  { symbol: 'CNTS', name: 'Contoso Limited', kind: 'share', price: 84.2, drift: 0.09 },
  { symbol: 'FBKM', name: 'Fabrikam Incorporated', kind: 'share', price: 41.75, drift: -0.04 },
  { symbol: 'NWTR', name: 'Northwind Traders', kind: 'share', price: 132.4, drift: 0.12 },
  { symbol: 'NWAR', name: 'Northwind Air', kind: 'share', price: 27.1, drift: -0.08 },
  { symbol: 'TLSP', name: 'Tailspin Toys', kind: 'share', price: 58.6, drift: 0.05 },
  { symbol: 'WGBK', name: 'Woodgrove Bank', kind: 'share', price: 96.3, drift: 0.06 },
  { symbol: 'GLBX', name: 'Global Equity Fund', kind: 'fund', price: 212.5, drift: 0.08 },
  { symbol: 'SFBD', name: 'Short Bond Fund', kind: 'fund', price: 51.2, drift: 0.03 },
  { symbol: 'GRNE', name: 'Green Energy Fund', kind: 'fund', price: 37.8, drift: -0.06 },
  { symbol: 'MM500', name: 'Main Market 500', kind: 'index', price: 5240, drift: 0.09 },
];

/** All that a caller can mean: the symbol, or what the name contains. */
export function instrumentsMeant(words: string): readonly Instrument[] {
  const wanted = words.trim().toLowerCase();
  const bySymbol = INSTRUMENTS.filter(({ symbol }) => symbol.toLowerCase() === wanted);
  return bySymbol.length > 0 ? bySymbol : INSTRUMENTS.filter(({ name }) => name.toLowerCase().includes(wanted));
}
