/** A client of the sandbox. It takes Amazon's addresses from the sandbox's settings only. */
import { gunzipSync } from 'node:zlib'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { eventually } from '../support/eventually.ts'

export const callback = 'http://localhost:3000/dashboard/ads/callback'
export const defaultScope = 'advertising::campaign_management profile'

export type Fields = Record<string, string>

export interface Tokens {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
}

export interface AmazonError {
  code?: string | number
  detail?: string
  details?: string
  message?: string
  error?: string
  error_description?: string
}

export interface Profile {
  profileId: number
  countryCode: string
  accountInfo: { id: string; type: string; name?: string; subType?: string }
}

export interface ReportRequest {
  name?: string
  startDate: string
  endDate: string
  configuration: {
    adProduct: string
    groupBy: string[]
    columns: string[]
    reportTypeId: string
    timeUnit: string
    format: string
    filters?: { field: string; values: string[] }[]
  }
}

export interface ReportAnswer extends ReportRequest {
  reportId: string
  status: string
  url: string
  [name: string]: unknown
}

export type Row = Record<string, string | number | null>

export async function json<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T
}

export function setting(sandbox: Sandbox, name: string): string {
  const value = sandbox.settings[name]
  if (value === undefined) throw new Error(`no setting ${name}`)
  return value
}

export function authorisation(sandbox: Sandbox, overrides: Fields = {}): Fields {
  return {
    client_id: setting(sandbox, 'LWA_CLIENT_ID'),
    response_type: 'code',
    scope: defaultScope,
    redirect_uri: callback,
    state: 'a state',
    ...overrides,
  }
}

export function openConsent(sandbox: Sandbox, overrides: Fields = {}, region = 'NA'): Promise<Response> {
  const query = new URLSearchParams(authorisation(sandbox, overrides))
  return fetch(`${setting(sandbox, `AMAZON_AUTHORIZE_URL_${region}`)}?${query}`, { redirect: 'manual' })
}

/** Submits the consent form. @returns the callback URL. */
export async function decide(
  sandbox: Sandbox,
  fields: Fields,
  overrides: Fields = {},
  region = 'NA',
): Promise<URL> {
  const response = await fetch(setting(sandbox, `AMAZON_AUTHORIZE_URL_${region}`), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...authorisation(sandbox, overrides), ...fields }),
  })
  return new URL(response.headers.get('location') ?? 'about:blank')
}

export async function codeFor(sandbox: Sandbox, user: string, overrides: Fields = {}): Promise<string> {
  const callbackUrl = await decide(sandbox, { user, decision: 'allow' }, overrides)
  return callbackUrl.searchParams.get('code') ?? ''
}

export function postToken(
  sandbox: Sandbox,
  fields: Fields,
  region = 'NA',
  headers: Fields = {},
): Promise<Response> {
  const body = new URLSearchParams(fields)
  return fetch(setting(sandbox, `AMAZON_TOKEN_URL_${region}`), { method: 'POST', body, headers })
}

export function client(sandbox: Sandbox): Fields {
  const [id, secret] = [setting(sandbox, 'LWA_CLIENT_ID'), setting(sandbox, 'LWA_CLIENT_SECRET')]
  return { client_id: id, client_secret: secret }
}

export function exchange(
  sandbox: Sandbox,
  code: string,
  overrides: Fields = {},
  region = 'NA',
): Promise<Response> {
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback,
    ...client(sandbox),
    ...overrides,
  }
  return postToken(sandbox, fields, region)
}

export function refresh(sandbox: Sandbox, refreshToken: string, region = 'NA'): Promise<Response> {
  return postToken(
    sandbox,
    { grant_type: 'refresh_token', refresh_token: refreshToken, ...client(sandbox) },
    region,
  )
}

export function headersFor(sandbox: Sandbox, accessToken: string, profileId?: string): Fields {
  return {
    authorization: `Bearer ${accessToken}`,
    'Amazon-Advertising-API-ClientId': setting(sandbox, 'LWA_CLIENT_ID'),
    ...(profileId === undefined ? {} : { 'Amazon-Advertising-API-Scope': profileId }),
  }
}

/** Returns the raw body of a region's profile list for a test user. */
export async function profilesText(
  sandbox: Sandbox,
  user: string,
  region = 'NA',
  query = '',
): Promise<string> {
  const headers = headersFor(sandbox, sandbox.controls.grant(user).accessToken)
  const response = await fetch(`${setting(sandbox, `AMAZON_ADS_URL_${region}`)}/v2/profiles${query}`, {
    headers,
  })
  return response.text()
}

const accountsType = 'application/vnd.listaccountsresource.v1+json'

export function managerAccounts(sandbox: Sandbox, user: string, region = 'NA'): Promise<Response> {
  const headers = headersFor(sandbox, sandbox.controls.grant(user).accessToken)
  return fetch(`${setting(sandbox, `AMAZON_ADS_URL_${region}`)}/managerAccounts`, { headers })
}

export function listAdsAccounts(
  sandbox: Sandbox,
  user: string,
  body: unknown = {},
  overrides: Fields = {},
): Promise<Response> {
  const { accessToken } = sandbox.controls.grant(user)
  const headers = { ...headersFor(sandbox, accessToken), 'content-type': accountsType, ...overrides }
  return fetch(`${setting(sandbox, 'AMAZON_ADS_URL_NA')}/adsAccounts/list`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

export async function profileIds(sandbox: Sandbox, user: string, region = 'NA'): Promise<string[]> {
  const text = await profilesText(sandbox, user, region, '?accessLevel=view')
  return [...text.matchAll(/"profileId":(\d+)/g)].map(match => match[1] ?? '')
}

export async function profileIdOf(sandbox: Sandbox, user: string, region = 'NA', index = 0): Promise<string> {
  return (await profileIds(sandbox, user, region))[index] ?? ''
}

export function reporting(sandbox: Sandbox, user: string, profileId: string, region = 'NA') {
  const address = `${setting(sandbox, `AMAZON_ADS_URL_${region}`)}/reporting/reports`
  const { accessToken } = sandbox.controls.grant(user)
  const headers = headersFor(sandbox, accessToken, profileId)
  const create = (body: unknown) =>
    fetch(address, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/vnd.createasyncreportrequest.v3+json' },
      body: JSON.stringify(body),
    })
  const status = (reportId: string) => json<ReportAnswer>(fetch(`${address}/${reportId}`, { headers }))
  /** Polls, because the sandbox may still be writing the file of a report that is due. */
  const waitUntilCompleted = async (reportId: string): Promise<ReportAnswer> => {
    let report = await status(reportId)
    await eventually(`${reportId} is complete`, async () => {
      report = await status(reportId)
      return report.status === 'COMPLETED'
    })
    return report
  }
  return {
    headers,
    create,
    status,
    waitUntilCompleted,
    get: (reportId: string) => fetch(`${address}/${reportId}`, { headers }),
    remove: (reportId: string) => fetch(`${address}/${reportId}`, { method: 'DELETE', headers }),
    /** Requests, waits and downloads. @returns the file's text. */
    text: async (body: unknown): Promise<string> => {
      const created = await json<ReportAnswer>(create(body))
      const report = await waitUntilCompleted(created.reportId)
      return gunzipSync(await download(report.url)).toString()
    },
  }
}

export async function download(url: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(url)).arrayBuffer())
}

const adProducts: Record<string, string> = {
  sp: 'SPONSORED_PRODUCTS',
  sb: 'SPONSORED_BRANDS',
  sd: 'SPONSORED_DISPLAY',
}

export function aReport(
  reportTypeId: string,
  groupBy: string[],
  columns: string[],
  overrides: Fields = {},
): ReportRequest {
  const { startDate = '2026-10-25', endDate = '2026-11-23', ...configuration } = overrides
  const adProduct = adProducts[reportTypeId.slice(0, 2)] ?? ''
  return {
    startDate,
    endDate,
    configuration: {
      adProduct,
      groupBy,
      columns,
      reportTypeId,
      timeUnit: 'DAILY',
      format: 'GZIP_JSON',
      ...configuration,
    },
  }
}

/** In UTC. Fixed, so that no test depends on the day on which it runs. */
export const noon = Date.parse('2026-11-24T12:00:00Z')
