import type { Region } from './region.ts'

export interface Marketplace {
  /** Amazon's code: `UK`, not `GB` as in ISO 3166. */
  readonly country: string
  readonly region: Region
  readonly name: string
  /** ISO 3166 alpha-2. */
  readonly flag: string
}

const marketplaceTable: readonly (readonly [country: string, region: Region, domain: string])[] = [
  ['US', 'na', 'Amazon.com'],
  ['CA', 'na', 'Amazon.ca'],
  ['MX', 'na', 'Amazon.com.mx'],
  ['BR', 'na', 'Amazon.com.br'],
  ['UK', 'eu', 'Amazon.co.uk'],
  ['DE', 'eu', 'Amazon.de'],
  ['FR', 'eu', 'Amazon.fr'],
  ['IT', 'eu', 'Amazon.it'],
  ['ES', 'eu', 'Amazon.es'],
  ['NL', 'eu', 'Amazon.nl'],
  ['BE', 'eu', 'Amazon.com.be'],
  ['SE', 'eu', 'Amazon.se'],
  ['PL', 'eu', 'Amazon.pl'],
  ['IE', 'eu', 'Amazon.ie'],
  ['TR', 'eu', 'Amazon.com.tr'],
  ['AE', 'eu', 'Amazon.ae'],
  ['SA', 'eu', 'Amazon.sa'],
  ['EG', 'eu', 'Amazon.eg'],
  ['IN', 'eu', 'Amazon.in'],
  ['ZA', 'eu', 'Amazon.co.za'],
  ['JP', 'fe', 'Amazon.co.jp'],
  ['AU', 'fe', 'Amazon.com.au'],
  ['SG', 'fe', 'Amazon.sg'],
]

/** Amazon's Profiles specification. */
export const marketplaces: ReadonlyMap<string, Marketplace> = new Map(
  marketplaceTable.map(([country, region, name]) => [
    country,
    { country, region, name, flag: country === 'UK' ? 'GB' : country },
  ]),
)

/** Amazon's list grows. */
export function marketplaceName(country: string): string {
  return marketplaces.get(country)?.name ?? `Amazon (${country})`
}

export function marketplaceFlag(country: string): string | null {
  return marketplaces.get(country)?.flag ?? null
}
