/** Amazon's three Ads API regions: North America, Europe (with the Middle East, India and Africa), Far East. */
export type Region = 'na' | 'eu' | 'fe'

/** In the order in which they are read, shown and named. */
export const regions: readonly Region[] = ['na', 'eu', 'fe']

export const regionNames: Readonly<Record<Region, string>> = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
}

export const isRegion = (text: string): text is Region => (regions as readonly string[]).includes(text)
