import { gunzipSync } from 'node:zlib'
import type { Sandbox } from '../../../sandbox/sandbox.ts'
import {
  aReport,
  client,
  download,
  type Fields,
  headersFor,
  json,
  type Profile,
  postToken,
  type ReportAnswer,
  type Row,
  setting,
  type Tokens,
} from '../../sandbox/amazon-client.ts'
import { listStreams, reportStreams } from './streams.ts'

export type Variant = 'summary' | 'daily'

export interface Options {
  readonly refreshToken: string
  readonly region?: string
  readonly now: () => number
  /** Called before a repetition, with the seconds that the connector would wait. */
  readonly wait: (seconds: number) => void | Promise<void>
}

const dayMilliseconds = 86_400_000
const retentionDays = 60
const stepDays = 30
const jobAttempts = 3
const repetitions = 5
const maxRetryAfterSeconds = 900
const defaultWaitSeconds = 5
const retriedStatuses = [429, 500, 502, 503, 504]

/** Does what Airbyte's connector does (streams.ts names the source), in our own words. */
export function airbyte(sandbox: Sandbox, { refreshToken, region = 'NA', now, wait }: Options) {
  const adsUrl = setting(sandbox, `AMAZON_ADS_URL_${region}`)

  /** Refreshes at North America's endpoint for every region. */
  const headers = async (profileId?: string): Promise<Fields> => {
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken, ...client(sandbox) }
    const { access_token } = await json<Tokens>(postToken(sandbox, fields))
    return headersFor(sandbox, access_token, profileId)
  }

  /** Waits for `Retry-After` and repeats; a 401 counts as passing in status polls. */
  const send = async (path: string, init: RequestInit, retried = retriedStatuses): Promise<Response> => {
    for (let repetition = 0; ; repetition++) {
      const response = await fetch(`${adsUrl}${path}`, init)
      if (!retried.includes(response.status) || repetition === repetitions) return response
      const seconds = Number(response.headers.get('retry-after') ?? defaultWaitSeconds)
      if (seconds >= maxRetryAfterSeconds) return response
      await wait(seconds)
    }
  }

  const profiles = async (): Promise<Profile[]> =>
    json<Profile[]>(
      send('/v2/profiles?profileTypeFilter=seller,vendor&accessLevel=view', { headers: await headers() }),
    )

  const poll = async (reportId: string, profileId: string): Promise<Response> =>
    send(`/reporting/reports/${reportId}`, { headers: await headers(profileId) }, [401, ...retriedStatuses])

  /** Sends plain JSON. A duplicate's answer names the running report, which the connector takes instead. */
  const create = async (body: unknown, profileId: string): Promise<ReportAnswer> => {
    const response = await send('/reporting/reports', {
      method: 'POST',
      headers: { ...(await headers(profileId)), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (response.status === 425) {
      const [, running = ''] = /duplicate of\s*:\s*([A-Za-z0-9-]+)/i.exec(text) ?? []
      return json<ReportAnswer>(poll(running, profileId))
    }
    if (!response.ok) throw new Error(`${response.status} ${text}`)
    return JSON.parse(text)
  }

  const completed = async (body: unknown, profileId: string): Promise<ReportAnswer> => {
    for (let attempt = 1; ; attempt++) {
      let report = await create(body, profileId)
      while (['PENDING', 'PROCESSING'].includes(report.status)) {
        await wait(defaultWaitSeconds)
        const response = await poll(report.reportId, profileId)
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
        report = await json<ReportAnswer>(response)
      }
      if (report.status === 'COMPLETED') return report
      if (report.status !== 'FAILED' || attempt === jobAttempts) throw new Error(`report is ${report.status}`)
    }
  }

  return {
    profiles,
    intervals: (startDate?: string) => intervals(now(), startDate),

    /** One profile's records of a stream, from the start date or yesterday to today in UTC. */
    report: async (
      name: string,
      variant: Variant,
      profileId: string,
      startDate?: string,
    ): Promise<readonly Row[]> => {
      const records: Row[] = []
      for (const [from, to] of intervals(now(), startDate)) {
        const { url } = await completed(requestOf(name, variant, from, to), profileId)
        const rows: Row[] = JSON.parse(gunzipSync(await download(url)).toString())
        records.push(...rows.map(row => ({ ...row, reportDate: to, profileId })))
      }
      return records
    },

    /** The first page of a stream without reports. */
    list: async (name: string, profileId: string): Promise<Response> => {
      const [method, path, type] = listStreams[name] ?? ['GET', '']
      const usual = await headers(profileId)
      if (method === 'GET') return send(`${path}?count=100&startIndex=0`, { headers: usual })
      const mediaType = type ? `application/vnd.${type}+json` : 'application/json'
      return send(path, {
        method,
        headers: { ...usual, accept: type ? mediaType : '*/*', 'content-type': mediaType },
        body: JSON.stringify({ maxResults: 100 }),
      })
    },
  }
}

/** At most 30 days each, none before Amazon's retention, the last one up to today in UTC. */
function intervals(now: number, startDate?: string): [from: string, to: string][] {
  const text = (day: number) => new Date(day * dayMilliseconds).toISOString().slice(0, 10)
  const today = Math.floor(now / dayMilliseconds)
  const wished = startDate ? Date.parse(startDate) / dayMilliseconds : today - 1
  const list: [string, string][] = []
  for (let from = Math.max(wished, today - retentionDays); from <= today; from += stepDays)
    list.push([text(from), text(Math.min(from + stepDays - 1, today))])
  return list
}

function requestOf(name: string, variant: Variant, from: string, to: string): unknown {
  const stream = reportStreams[name]
  if (!stream) throw new Error(`no stream ${name}`)
  const timeUnit = variant === 'daily' ? 'DAILY' : 'SUMMARY'
  const request = aReport(stream.reportTypeId, [...stream.groupBy], columnsOf(name, variant), {
    startDate: from,
    endDate: to,
    timeUnit,
  })
  const { keywordTypes } = stream
  const filters = keywordTypes ? [{ field: 'keywordType', values: keywordTypes }] : []
  const configuration = { ...request.configuration, filters }
  return { ...request, name: `${name} ${variant} ${from}`, configuration }
}

export function columnsOf(name: string, variant: Variant): string[] {
  const { columns = [], hasSummaryDates = false } = reportStreams[name] ?? {}
  if (variant === 'daily') return ['date', ...columns]
  return hasSummaryDates ? [...columns, 'startDate', 'endDate'] : [...columns]
}
