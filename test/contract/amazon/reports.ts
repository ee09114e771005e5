import { integer, list, nothing, object, oneOf, orNull, type Shape, text, textLike } from '../shape.ts'
import { names } from './names.ts'
import { formats, timeUnits } from './report-types.ts'

/**
 * What Reporting v3 is asked and answers: requests it took, the stages of a report and the report's shape in each,
 * response headers, the address of a file.
 *
 * Sources: Amazon Ads API specification, "Offline Report 3.0" (fields and their types, stages, refusals); Amazon's Postman
 * collection "Amazon Ads API", saved responses of July 2022 (requests, nulls, headers, forms of dates and of the address).
 */
const day = textLike(/^\d{4}-\d\d-\d\d$/)
const moment = textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
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

/** Every field is there from the beginning, with null where there is nothing to say yet. */
const reportWith = (status: string, result: Readonly<Record<string, Shape>>): Shape =>
  object({
    configuration: object({ ...configurationFields, filters }),
    createdAt: moment,
    endDate: day,
    failureReason: nothing,
    fileSize: nothing,
    generatedAt: nothing,
    name: orNull(text),
    reportId: textLike(uuid),
    startDate: day,
    status: oneOf(status),
    updatedAt: moment,
    url: nothing,
    urlExpiresAt: nothing,
    ...result,
  })

export const stages = {
  ofSuccess: ['PENDING', 'PROCESSING', 'COMPLETED'],
  ofFailure: ['PENDING', 'PROCESSING', 'FAILED'],
}

/** A file's address is signed for S3: its query has these names, in any order. */
const signature = names(`
  X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-Security-Token X-Amz-Signature X-Amz-SignedHeaders
`)

const fileAddress: Shape = (value, at) => {
  const { pathname, searchParams } = new URL(String(value))
  return [
    ...textLike(/\/([\da-f-]{36}-\d{13})\/report-\1\.json\.gz$/)(pathname, `${at} path`),
    ...oneOf(signature.join(' '))([...searchParams.keys()].sort().join(' '), `${at} query`),
  ]
}

export const reportShapes: Readonly<Record<string, Shape>> = {
  PENDING: reportWith('PENDING', {}),
  PROCESSING: reportWith('PROCESSING', {}),
  COMPLETED: reportWith('COMPLETED', {
    fileSize: integer,
    generatedAt: moment,
    url: fileAddress,
    urlExpiresAt: microseconds,
  }),
  FAILED: reportWith('FAILED', { failureReason: text }),
}

export const refusalShape = object({}, { code: text, detail: text })
export const deletedShape = object({}, { code: text, detail: text, reportId: text })

/** Headers of an accepted order and of a report's status. The vendor type shows in one of Amazon's own headers only. */
export const headersOf = (call: 'create' | 'get'): Readonly<Record<string, RegExp>> => ({
  'content-type': /^application\/json$/,
  'x-amz-rid': /^[A-Z\d]{20}$/,
  'x-amzn-requestid': uuid,
  'x-amzn-remapped-x-amzn-remapped-content-type': new RegExp(
    `^application/vnd\\.${call}asyncreportresponse\\.v3\\+json$`,
  ),
})

const figures = 'impressions clicks cost purchases{1d,7d,14d,30d}'

/** Requests that Amazon answered with 200. One has no time column at all; two filter the same report type. */
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
