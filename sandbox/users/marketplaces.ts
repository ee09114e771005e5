/** Amazon's 23 marketplaces (Profiles specification and SP-API marketplace page). */
export type Region = 'NA' | 'EU' | 'FE'

export const regions: readonly Region[] = ['NA', 'EU', 'FE']

export interface Marketplace {
  readonly region: Region
  readonly countryCode: string
  readonly currencyCode: string
  readonly timezone: string
  readonly marketplaceStringId: string
}

const rows = [
  'NA US USD America/Los_Angeles ATVPDKIKX0DER',
  'NA CA CAD America/Los_Angeles A2EUQ1WTGCTBG2',
  'NA MX MXN America/Los_Angeles A1AM78C64UM0Y8',
  'NA BR BRL America/Sao_Paulo A2Q3Y263D00KWC',
  'EU UK GBP Europe/London A1F83G8C2ARO7P',
  'EU DE EUR Europe/Paris A1PA6795UKMFR9',
  'EU FR EUR Europe/Paris A13V1IB3VIYZZH',
  'EU IT EUR Europe/Paris APJ6JRA9NG5V4',
  'EU ES EUR Europe/Paris A1RKKUPIHCS9HS',
  'EU NL EUR Europe/Amsterdam A1805IZSGTT6HS',
  'EU BE EUR Europe/Brussels AMEN7PMS3EDWL',
  'EU SE SEK Europe/Stockholm A2NODRKZP88ZB9',
  'EU PL PLN Europe/Warsaw A1C3SOZRARQ6R3',
  'EU IE EUR Europe/Dublin A28R8C7NBKEWEA',
  'EU TR TRY Europe/Istanbul A33AVAJ2PDY3EV',
  'EU AE AED Asia/Dubai A2VIGQ35RCS4UG',
  'EU SA SAR Asia/Riyadh A17E79C6D8DWNP',
  'EU EG EGP Africa/Cairo ARBP9OOSHTCHU',
  'EU IN INR Asia/Kolkata A21TJRUUN4KGV',
  'EU ZA ZAR Africa/Johannesburg AE08WJ6YKNBMC',
  'FE JP JPY Asia/Tokyo A1VC38T7YXB528',
  'FE AU AUD Australia/Sydney A39IBJ37TRP1C6',
  'FE SG SGD Asia/Singapore A19VAU5U5O7RUS',
]

export const marketplaces: readonly Marketplace[] = rows.map(row => {
  const [region, countryCode, currencyCode, timezone, marketplaceStringId] = row.split(' ')
  return { region, countryCode, currencyCode, timezone, marketplaceStringId } as Marketplace
})

/** @throws for an unknown country, which the sandbox's tables don't contain. */
export function marketplaceOf(countryCode: string): Marketplace {
  const found = marketplaces.find(marketplace => marketplace.countryCode === countryCode)
  if (!found) throw new Error(`unknown marketplace: ${countryCode}`)
  return found
}

export function minorUnitsOf(currencyCode: string): 1 | 100 {
  return currencyCode === 'JPY' ? 1 : 100
}
