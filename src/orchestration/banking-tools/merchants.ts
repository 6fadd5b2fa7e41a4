type Merchants = readonly [string, ...string[]];

const EVERYDAY: Merchants = ['Fourth Coffee', 'Northwind Market', 'City Power and Light', 'Corner Pharmacy'];

/** Invented shops by what customers of the profiles file spend on. */
const BY_CATEGORY: Readonly<Record<string, Merchants>> = {
  travel: ["Margie's Travel", 'Blue Yonder Airlines', 'Alpine Ski House'],
  'air travel': ['Blue Yonder Airlines', 'Northwind Air'],
  hotels: ['Bellows Hotels', 'Southridge Inn'],
  dining: ['Coho Bistro', 'Lucerne Kitchen', "Munson's Grill"],
  electronics: ['Proseware Electronics', 'Relecloud Store'],
  games: ['Tailspin Toys', 'Wingtip Games'],
  groceries: ['Northwind Market', 'Greenfield Grocers'],
  home: ['Wide World Importers', 'Fabrikam Home'],
  fitness: ['Adventure Works Gym', 'Tide Pool Swimming'],
  'business services': ['Litware Print', 'Trey Research'],
  streaming: ['Southridge Video', 'Humming Music'],
  'public transport': ['City Transit', 'Metro Line'],
  'outdoor gear': ['Adventure Works', 'Alpine Ski House'],
  fuel: ['Red Hill Fuel', 'VanArsdel Station'],
  education: ['School of Fine Art', 'Bellows College'],
  art: ['Wingtip Gallery', 'School of Fine Art'],
  rent: ['Lakeshore Properties'],
  'ride sharing': ['Hop Rides', 'City Cabs'],
};

export const EVERYDAY_CATEGORY = 'everyday';

export function merchantsOf(category: string): Merchants {
  return BY_CATEGORY[category] ?? EVERYDAY;
}
