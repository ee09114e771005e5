import { gunzipSync, gzipSync } from 'node:zlib'
import type { FaultName, FaultyCall } from './names.ts'

/** How a true answer leaves the house; `cutAt` and `trickles` say how its bytes do. */
export interface Departure {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The connection breaks after so many bytes of a longer answer. */
  readonly cutAt?: number
  /** The first bytes come, then one at a time. */
  readonly trickles?: true
}

const httpPage =
  '<!doctype html><html><head><title>Amazon</title></head><body>Sorry! Something went wrong.</body></html>'

/** JSON, but of nobody's. */
const otherJson = Buffer.from('{"hello":"world"}')

/** What a fault makes of a true answer, or null when it leaves the bytes alone. */
export function damaged(call: FaultyCall, fault: FaultName, status: number, body: Buffer): Departure | null {
  const isFile = call === 'download'
  const plain = { status, headers: {} }
  switch (fault) {
    case 'half_body':
      return { ...plain, body, cutAt: Math.floor(body.length / 2) }
    case 'slow_body':
      return { ...plain, body, trickles: true }
    case 'corrupt_gzip':
      return isFile
        ? { ...plain, body: flippedFromTheMiddle(body) }
        : { status, headers: { 'content-encoding': 'gzip' }, body: flippedFromTheMiddle(gzipSync(body)) }
    case 'broken_json':
      return { ...plain, body: isFile ? gzipSync(broken(gunzipSync(body))) : broken(body) }
    case 'wrong_type':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(httpPage) }
    case 'wrong_shape':
      return { ...plain, body: isFile ? gzipSync(otherJson) : otherJson }
    case 'empty':
      return { ...plain, body: Buffer.alloc(0) }
    case 'duplicated_rows':
      return { ...plain, body: isFile ? gzipSync(rowsTwice(gunzipSync(body))) : rowsTwice(body) }
    case 'ten_times':
      return { ...plain, body: isFile ? gzipSync(tenfoldRows(gunzipSync(body))) : tenfold(body) }
    default:
      return special(call, fault, status, body)
  }
}

/** What is not about bytes but about what the answer says. */
function special(call: FaultyCall, fault: FaultName, status: number, body: Buffer): Departure | null {
  const said = (change: object): Departure => ({
    status,
    headers: {},
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), ...change })),
  })
  if (call === 'create' && fault === '425') {
    const { reportId } = JSON.parse(body.toString()) as { reportId: string }
    return duplicate(reportId)
  }
  switch (fault) {
    case 'failed':
      return said({
        status: 'FAILED',
        failureReason: 'Report generation failed due to an internal error. Please retry',
        url: null,
      })
    case 'never_finishes':
      return said({ status: 'PROCESSING', url: null })
    case 'elsewhere':
      return said({ url: 'https://reports.example/report.json.gz' })
    case 'no_address':
      return said({ url: null, urlExpiresAt: null })
    default:
      return null
  }
}

/** Amazon's words for an order that it has already (facts §3.7). */
export function duplicate(reportId: string): Departure {
  const body = { code: '425', detail: `The Request is a duplicate of : ${reportId}` }
  return {
    status: 425,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  }
}

function flippedFromTheMiddle(bytes: Buffer): Buffer {
  const place = Math.floor(bytes.length / 2)
  return Buffer.from(bytes.map((byte, index) => (index < place ? byte : byte ^ 0xff)))
}

/** One closing mark too few, so that all of it seems to be there. */
const broken = (json: Buffer): Buffer => Buffer.concat([json.subarray(0, -1), Buffer.from(' ')])

/** A JSON array with each of its members once more; what is no array stays. */
function rowsTwice(json: Buffer): Buffer {
  const inner = membersOf(json)
  return inner ? Buffer.from(`[${inner},${inner}]`) : json
}

/** Ten times as many rows, under ids of their own. */
function tenfoldRows(json: Buffer): Buffer {
  const inner = membersOf(json)
  if (!inner) return json
  const copies = Array.from({ length: 10 }, (_, copy) =>
    copy === 0 ? inner : inner.replace(/("[A-Za-z]*Id"\s*:\s*)(\d+)/g, `$1${copy}$2`),
  )
  return Buffer.from(`[${copies.join(',')}]`)
}

/** A JSON object or list that says the same with ten times the bytes. */
function tenfold(json: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(json.length * 9, ' '), json])
}

function membersOf(json: Buffer): string | null {
  const text = json.toString().trim()
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1).trim() : ''
  return inner || null
}
