import { integer, list, nullOnly, object, oneOf, orNull, type Shape, text, textLike } from '../shape.ts'
import { names } from './names.ts'
import { formats, timeUnits } from './report-types.ts'

/**
 * Reporting v3: accepted requests, a report in each status, the response headers and the download URL.
 * Sources: Amazon Ads API specification, "Offline Report 3.0" (fields, types, statuses, errors); Amazon's Postman
 * collection "Amazon Ads API", responses saved in July 2022 (requests, nulls, headers, formats of dates and URL).
 */
const day = textLike(/^\d{4}-\d\d-\d\d$/)
const timestamp = textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const microseconds = textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
export const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

const configurationFields = {
  adProduct: oneOf(
    'ALL',
    'DEMAND_SIDE_PLATFORM',
    'SPONSORED_BRANDS',
    'SPONSORED_DISPLAY',
    'SPONSORED_PRODUCTS',
    'SPONSORED_TELEVISION',
  ),
  columns: list(text),
  format: oneOf(...formats),
  groupBy: list(text),
  reportTypeId: text,
  timeUnit: oneOf(...timeUnits),
}
const filters = orNull(list(object({}, { field: text, values: list(text) })))

export const requestShape = object(
  { configuration: object(configurationFields, { filters }), startDate: day, endDate: day },
  { name: text },
)

/** Every field is always present, null until it is known. */
const reportWith = (status: string, result: Readonly<Record<string, Shape>>): Shape =>
  object({
    configuration: object({ ...configurationFields, filters }),
    createdAt: timestamp,
    endDate: day,
    failureReason: nullOnly,
    fileSize: nullOnly,
    generatedAt: nullOnly,
    name: orNull(text),
    reportId: textLike(uuid),
    startDate: day,
    status: oneOf(status),
    updatedAt: timestamp,
    url: nullOnly,
    urlExpiresAt: nullOnly,
    ...result,
  })

export const stages = {
  ofSuccess: ['PENDING', 'PROCESSING', 'COMPLETED'],
  ofFailure: ['PENDING', 'PROCESSING', 'FAILED'],
}

/** The query parameters of a signed S3 URL, in any order. */
const signatureParameters = names(`
  X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-Security-Token X-Amz-Signature X-Amz-SignedHeaders
`)

const downloadUrl: Shape = (value, at) => {
  const { pathname, searchParams } = new URL(String(value))
  return [
    ...textLike(/\/([\da-f-]{36}-\d{13})\/report-\1\.json\.gz$/)(pathname, `${at} path`),
    ...oneOf(signatureParameters.join(' '))([...searchParams.keys()].sort().join(' '), `${at} query`),
  ]
}

export const reportShapes: Readonly<Record<string, Shape>> = {
  PENDING: reportWith('PENDING', {}),
  PROCESSING: reportWith('PROCESSING', {}),
  COMPLETED: reportWith('COMPLETED', {
    fileSize: integer,
    generatedAt: timestamp,
    url: downloadUrl,
    urlExpiresAt: microseconds,
  }),
  FAILED: reportWith('FAILED', { failureReason: text }),
}

export const errorShape = object({}, { code: text, detail: text })
export const deletedShape = object({}, { code: text, detail: text, reportId: text })

/** Headers of accepted report requests and status polls. Only one of them names Amazon's own media type. */
export const headersOf = (call: 'create' | 'get'): Readonly<Record<string, RegExp>> => ({
  'content-type': /^application\/json$/,
  'x-amz-rid': /^[A-Z\d]{20}$/,
  'x-amzn-requestid': uuid,
  'x-amzn-remapped-x-amzn-remapped-content-type': new RegExp(
    `^application/vnd\\.${call}asyncreportresponse\\.v3\\+json$`,
  ),
})

const figures = 'impressions clicks cost purchases{1d,7d,14d,30d}'

/** Amazon answered each of these requests with 200. One has no time column; two filter the same report type. */
export const acceptedRequests = [
  {
    reportTypeId: 'spCampaigns',
    groupBy: ['campaign', 'adGroup'],
    timeUnit: 'DAILY',
    columns: names(`adGroupId campaignId ${figures} date`),
  },
  {
    reportTypeId: 'spSearchTerm',
    groupBy: ['searchTerm'],
    timeUnit: 'DAILY',
    columns: names(`adGroupId campaignId keywordId targeting searchTerm ${figures} date`),
  },
  {
    reportTypeId: 'spAdvertisedProduct',
    groupBy: ['advertiser'],
    timeUnit: 'SUMMARY',
    columns: names(`adGroupId campaignId adId advertisedAsin advertisedSku ${figures} startDate endDate`),
  },
  {
    reportTypeId: 'spPurchasedProduct',
    groupBy: ['asin'],
    timeUnit: 'DAILY',
    columns: names('adGroupId campaignId purchasedAsin advertisedAsin sales{1d,7d} salesOtherSku{1d,7d}'),
  },
  {
    reportTypeId: 'sbPurchasedProduct',
    groupBy: ['purchasedAsin'],
    timeUnit: 'DAILY',
    columns: names('adGroupName campaignName purchasedAsin productName sales14d orders14d date'),
  },
  {
    reportTypeId: 'spTargeting',
    groupBy: ['targeting'],
    timeUnit: 'SUMMARY',
    columns: names(`adGroupId campaignId targeting keywordId matchType ${figures} startDate endDate`),
    filters: [{ field: 'keywordType', values: ['TARGETING_EXPRESSION', 'TARGETING_EXPRESSION_PREDEFINED'] }],
  },
  {
    reportTypeId: 'spTargeting',
    groupBy: ['targeting'],
    timeUnit: 'SUMMARY',
    columns: names(`adGroupId campaignId keywordId matchType keyword ${figures} startDate endDate`),
    filters: [{ field: 'keywordType', values: ['BROAD', 'PHRASE', 'EXACT'] }],
  },
]
