import { boolean, integer, number, object, oneOf, type Shape, text } from '../shape.ts'
import { marketplaces } from './marketplaces.ts'

/**
 * A profile of the Profiles API, and the fields that each kind actually has.
 * Sources: Amazon Ads API specification, "Profiles" (fields, types, values); Amazon Ads API documentation, "Profiles",
 * and real accounts (fields of sellers, vendors and KDP authors; sellers have a payment flag too).
 */
const valuesOf = (field: 'countryCode' | 'currencyCode' | 'timezone'): Shape =>
  oneOf(...new Set(marketplaces.map(marketplace => marketplace[field])))

export const profileShape = object(
  {},
  {
    profileId: integer,
    countryCode: valuesOf('countryCode'),
    currencyCode: valuesOf('currencyCode'),
    dailyBudget: number,
    timezone: valuesOf('timezone'),
    accountInfo: object(
      {},
      {
        marketplaceStringId: text,
        id: text,
        type: oneOf('seller', 'vendor', 'agency'),
        name: text,
        subType: oneOf('KDP_AUTHOR', 'AMAZON_ATTRIBUTION'),
        validPaymentMethod: boolean,
      },
    ),
  },
)

const fields = ['profileId', 'countryCode', 'currencyCode', 'timezone', 'accountInfo']
const accountFields = ['marketplaceStringId', 'id', 'type', 'name', 'validPaymentMethod']

/** By type and subtype. No agency profile has ever been seen. */
export const fieldsByKind = {
  seller: { profile: [...fields, 'dailyBudget'], account: accountFields },
  vendor: { profile: fields, account: accountFields },
  'vendor KDP_AUTHOR': { profile: fields, account: [...accountFields, 'subType'] },
}
