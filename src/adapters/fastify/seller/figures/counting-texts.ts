import { type AdProduct, attributionDays } from '../../../../domain/ingestion/catalogue.ts'
import type { Counting } from '../../../../domain/performance/counting.ts'
import type { AdvertisingProfile } from '../../../../domain/profile/profile.ts'

type Account = Pick<AdvertisingProfile, 'accountType'>

/** For a page's footnotes. */
export const countingNote = (counting: Counting, account: Account): string =>
  [
    counting === 'clicks'
      ? 'Sales and orders count clicks only.'
      : 'Sales and orders count as in Amazon’s console.',
    `Sponsored Products: within ${attributionDays('SP', account)} days of a click.`,
    `Sponsored Brands and Display: within ${attributionDays('SB', account)} days.`,
    ...(counting === 'clicks' ? [] : ['Views count too where a campaign is billed by views (vCPM).']),
  ].join(' ')

/** For a row of a file. */
export const attributionText = (adProduct: AdProduct, counting: Counting, account: Account): string =>
  `${adProduct === 'SP' || counting === 'clicks' ? 'Click' : 'Click or view'}, ${attributionDays(adProduct, account)} days`
