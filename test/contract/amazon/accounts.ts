import { list, number, object, oneOf, text, textLike } from '../shape.ts'

/**
 * A page of global advertising accounts (`POST /adsAccounts/list`), and its errors.
 * An account's `errors` are listed per country code; no sandbox account has any.
 * Source: Amazon Ads API specification, "Advertising Accounts".
 */
export const maxPageSize = 100

export const accountsShape = object(
  {},
  {
    adsAccounts: list(
      object(
        { adsAccountId: textLike(/^[A-Za-z0-9.-]+$/) },
        {
          accountName: text,
          status: oneOf('CREATED', 'DISABLED', 'PARTIALLY_CREATED', 'PENDING'),
          countryCodes: list(text, { to: 100 }),
          alternateIds: list(object({}, { countryCode: text, entityId: text, profileId: number }), {
            to: 100,
          }),
        },
      ),
      { to: maxPageSize },
    ),
    nextToken: text,
  },
)

export const errorStatuses = [400, 403, 429, 500] as const

export const errorShape = object(
  {},
  {
    errors: list(object({}, { errorCode: textLike(/./), errorId: number, errorMessage: textLike(/./) }), {
      from: 1,
      to: 100,
    }),
  },
)
