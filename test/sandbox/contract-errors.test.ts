import t, { type Test } from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import type { Fields, ReportAnswer } from './amazon-client.ts'
import {
  aReport,
  client,
  codeFor,
  decide,
  exchange,
  headersFor,
  json,
  openConsent,
  postToken,
  profileIdOf,
  refresh,
  reporting,
  setting,
} from './amazon-client.ts'
import { absent, read } from './shared-amazon.ts'

/** Provokes each error that was observed at Amazon, and compares what the sandbox says. */
const options = { skip: absent }
let now = Date.parse('2022-07-29T19:00:00Z')
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 100, max: 100 } })
t.teardown(() => sandbox.close())

interface ErrorEntry {
  id: string
  httpStatus?: number
  contentType?: string
  body?: Record<string, unknown> | null
  query?: Fields
  contains?: string[]
  text?: string
  pageErrorCode?: string
}

const us = await profileIdOf(sandbox, 'us-seller')
const usReports = () => reporting(sandbox, 'us-seller', us)

function holdRedirect(t: Test, entry: ErrorEntry, back: URL): void {
  for (const [name, value] of Object.entries(entry.query ?? {})) {
    const ours = back.searchParams.get(name)
    if (value.startsWith('<')) t.ok(ours, `${entry.id} ${name}`)
    else t.match(ours, value, `${entry.id} ${name}`)
  }
}

async function holdResponse(t: Test, entry: ErrorEntry, response: Response): Promise<void> {
  const text = await response.text()
  t.equal(response.status, entry.httpStatus, entry.id)
  if (entry.contentType) t.match(response.headers.get('content-type'), entry.contentType, entry.id)
  for (const part of [...(entry.contains ?? []), entry.text, entry.pageErrorCode])
    if (part) t.match(text, part)
  if (!entry.body) return
  const ours: Record<string, unknown> = JSON.parse(text)
  for (const [name, value] of Object.entries(entry.body)) {
    if (name === 'error_index') continue
    if (/request_?id/i.test(name)) t.equal(typeof ours[name], 'string', `${entry.id} ${name}`)
    else t.match(String(ours[name]), patternOf(String(value)), `${entry.id} ${name}`)
  }
}

/** A text in which `<…>` stands for anything, and which may go on. */
function patternOf(text: string): RegExp {
  return new RegExp(
    `^${text
      .split(/<[^>]*>/)
      .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}`,
  )
}

const ads = (region: string) => setting(sandbox, `AMAZON_ADS_URL_${region}`)
const token = () => sandbox.controls.grant('us-seller').accessToken
const usual = () => headersFor(sandbox, token(), us)
const day = { startDate: '2022-07-20', endDate: '2022-07-20' }
const campaigns = (more: Fields = {}, columns = ['date']) =>
  aReport('spCampaigns', ['campaign'], columns, { ...day, ...more })
const redirected = async (more: Fields) =>
  new URL((await openConsent(sandbox, more)).headers.get('location') ?? '')
const statusWith = (headers: Fields) => fetch(`${ads('NA')}/reporting/reports/none`, { headers })

/** How each error is brought about. */
const provocations: Record<string, () => Promise<Response | URL>> = {
  'lwa.redirect.success': () => decide(sandbox, { user: 'us-seller', decision: 'allow' }),
  'lwa.redirect.access_denied': () => decide(sandbox, { user: 'us-seller', decision: 'cancel' }),
  'lwa.redirect.invalid_scope': () => redirected({ scope: 'unknown' }),
  'lwa.page.bad_redirect_uri': () => openConsent(sandbox, { redirect_uri: 'http://elsewhere.example/' }),
  'lwa.token.invalid_grant.refresh': () => refresh(sandbox, 'Atzr|unknown'),
  'lwa.token.invalid_grant.code': () => exchange(sandbox, 'unknown'),
  'lwa.token.invalid_client': async () =>
    exchange(sandbox, await codeFor(sandbox, 'none'), { client_secret: 'wrong' }),
  'lwa.token.unsupported_grant_type': () =>
    postToken(sandbox, { ...client(sandbox), grant_type: 'password' }),
  'lwa.token.invalid_request': () => postToken(sandbox, { ...client(sandbox), grant_type: 'refresh_token' }),
  'ads.profiles.401': () => fetch(`${ads('NA')}/v2/profiles`, { headers: headersFor(sandbox, 'Atza|bad') }),
  'ads.404': () => fetch(`${ads('NA')}/foobar`, { headers: usual() }),
  'ads.gateway.401.invalid_token': () => statusWith(headersFor(sandbox, 'Atza|bad', us)),
  'ads.gateway.401.client_mismatch': () =>
    statusWith({ ...usual(), 'Amazon-Advertising-API-ClientId': 'other' }),
  'ads.gateway.401.no_profile_access': async () =>
    statusWith(headersFor(sandbox, token(), await profileIdOf(sandbox, 'empty'))),
  'ads.400.agency': async () => {
    const agency = await profileIdOf(sandbox, 'agency-only')
    return reporting(sandbox, 'agency-only', agency).create(campaigns())
  },
  'rep.425.duplicate': async () => {
    await usReports().create(campaigns())
    return usReports().create(campaigns())
  },
  'rep.400.columns': () => usReports().create(campaigns({}, ['bad'])),
  'rep.400.range': () => usReports().create(campaigns({ startDate: '2022-06-19' })),
  'rep.400.retention': () =>
    usReports().create(campaigns({ startDate: '2022-01-01', endDate: '2022-01-02' })),
  'rep.400.report_type': () => usReports().create(campaigns({ reportTypeId: 'bad' })),
  'rep.400.filter': () => {
    const body = aReport('spAdvertisedProduct', ['advertiser'], ['date'], day)
    const filters = [{ field: 'campaignStatus', values: ['ENABLED'] }]
    return usReports().create({ ...body, configuration: { ...body.configuration, filters } })
  },
  'rep.400.scope': () => fetch(`${ads('FE')}/reporting/reports/none`, { headers: usual() }),
  'rep.404': () => statusWith(usual()),
  'rep.429': () => {
    sandbox.controls.set({
      createThrottle: { times: 1, retryAfterSeconds: null, html: false, reportType: null },
    })
    return usReports().create(campaigns())
  },
  'rep.failed': async () => {
    sandbox.controls.set({ failReports: { spCampaigns: 1 } })
    const reports = usReports()
    const { reportId } = await json<ReportAnswer>(reports.create(campaigns()))
    now += 100_000
    return reports.get(reportId)
  },
  's3.403.expired': async () => {
    const reports = usReports()
    const { reportId } = await json<ReportAnswer>(reports.create(campaigns()))
    now += 100_000
    const { url } = await reports.status(reportId)
    now += 3_601_000
    return fetch(url)
  },
}

t.test('every observed error is answered in its shape', options, async t => {
  const { entries }: { entries: ErrorEntry[] } = JSON.parse(read('derived/observed-errors.json'))
  const without: string[] = []
  let compared = 0
  for (const entry of entries) {
    const provoke = provocations[entry.id]
    if (!provoke) {
      without.push(entry.id)
      continue
    }
    await sandbox.controls.reset()
    const answer = await provoke()
    if (answer instanceof URL) holdRedirect(t, entry, answer)
    else await holdResponse(t, entry, answer)
    compared += 1
  }
  t.ok(compared >= 25, `${compared} errors were provoked`)
  t.strictSame(without, ['lwa.token.unauthorized_client'], 'the one without an observed body')
})
