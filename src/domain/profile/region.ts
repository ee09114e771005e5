/** `eu` includes the Middle East, India and Africa. */
export type Region = 'na' | 'eu' | 'fe'

/** In order of fetching and display. */
export const regions: readonly Region[] = ['na', 'eu', 'fe']

export const regionNames: Readonly<Record<Region, string>> = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
}

export const isRegion = (text: string): text is Region => (regions as readonly string[]).includes(text)
