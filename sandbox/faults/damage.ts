import { gunzipSync, gzipSync } from 'node:zlib'
import type { FaultName, FaultyCall } from './names.ts'

/** A response to send; `cutAt` and `trickles` control how its bytes are sent. */
export interface DamagedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly cutAt?: number
  readonly trickles?: true
}

const htmlPage =
  '<!doctype html><html><head><title>Amazon</title></head><body>Sorry! Something went wrong.</body></html>'

/** Valid JSON that no call returns. */
const unrelatedJson = Buffer.from('{"hello":"world"}')

/** @returns null when the fault doesn't change the response's bytes. */
export function damage(
  call: FaultyCall,
  fault: FaultName,
  status: number,
  body: Buffer,
): DamagedResponse | null {
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
      return { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(htmlPage) }
    case 'wrong_shape':
      return { ...plain, body: isFile ? gzipSync(unrelatedJson) : unrelatedJson }
    case 'empty':
      return { ...plain, body: Buffer.alloc(0) }
    case 'duplicated_rows':
      return { ...plain, body: isFile ? gzipSync(rowsTwice(gunzipSync(body))) : rowsTwice(body) }
    case 'ten_times':
      return { ...plain, body: isFile ? gzipSync(tenfoldRows(gunzipSync(body))) : tenfold(body) }
    default:
      return damageOfCall(call, fault, status, body)
  }
}

function damageOfCall(
  call: FaultyCall,
  fault: FaultName,
  status: number,
  body: Buffer,
): DamagedResponse | null {
  const changeBody = (change: object): DamagedResponse => ({
    status,
    headers: {},
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), ...change })),
  })
  if (call === 'create' && (fault === '425' || fault === 'duplicate_200')) {
    const { reportId } = JSON.parse(body.toString()) as { reportId: string }
    return { ...duplicate(reportId), status: fault === '425' ? 425 : 200 }
  }
  switch (fault) {
    case 'failed':
      return changeBody({
        status: 'FAILED',
        failureReason: 'Report generation failed due to an internal error. Please retry',
        url: null,
      })
    case 'never_finishes':
      return changeBody({ status: 'PROCESSING', url: null })
    case 'elsewhere':
      return changeBody({ url: 'https://reports.example/report.json.gz' })
    case 'gzip_bomb':
      return { status, headers: {}, body: gzipSync(firstRowRepeated(gunzipSync(body))) }
    case 'row_without_campaign':
      return { status, headers: {}, body: gzipSync(withRowWithoutCampaign(gunzipSync(body))) }
    case 'empty_report':
      return { status, headers: {}, body: gzipSync('[]') }
    case 'shrunken_report':
      return { status, headers: {}, body: gzipSync(firstThird(gunzipSync(body))) }
    case 'no_address':
      return changeBody({ url: null, urlExpiresAt: null })
    default:
      return null
  }
}

/** Amazon's text for a duplicate request (docs/product/amazon.md, "Reporting v3: requests"). */
export function duplicate(reportId: string): DamagedResponse {
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

/** Removes only the last bracket, so that the content seems complete. */
const broken = (json: Buffer): Buffer => Buffer.concat([json.subarray(0, -1), Buffer.from(' ')])

/** Repeats the members of a JSON array; other JSON stays unchanged. */
function rowsTwice(json: Buffer): Buffer {
  const inner = membersOf(json)
  return inner ? Buffer.from(`[${inner},${inner}]`) : json
}

/** Adds the row, so that the figures of all other rows stay complete. */
function withRowWithoutCampaign(json: Buffer): Buffer {
  const inner = membersOf(json)
  const [row] = inner?.match(/^\{[^}]*\}/) ?? []
  if (!row) return json
  return Buffer.from(`[${inner},${row.replace(/("campaignId"\s*:\s*)\d+/, '$1null')}]`)
}

/** Leaves rows out, of any day. */
function firstThird(json: Buffer): Buffer {
  const rows = membersOf(json)?.match(/\{[^}]*\}/g) ?? []
  return Buffer.from(`[${rows.slice(0, Math.floor(rows.length / 3)).join(',')}]`)
}

/** Repeats the first row to over 16 MiB. */
function firstRowRepeated(json: Buffer): Buffer {
  const [row] = JSON.parse(json.toString()) as unknown[]
  if (!row) return json
  const text = JSON.stringify(row)
  const count = Math.ceil((17 * 1024 ** 2) / text.length)
  return Buffer.from(`[${Array(count).fill(text).join(',')}]`)
}

/** Returns each row ten times, with different ids. */
function tenfoldRows(json: Buffer): Buffer {
  const inner = membersOf(json)
  if (!inner) return json
  const copies = Array.from({ length: 10 }, (_, copy) =>
    copy === 0 ? inner : inner.replace(/("[A-Za-z]*Id"\s*:\s*)(\d+)/g, `$1${copy}$2`),
  )
  return Buffer.from(`[${copies.join(',')}]`)
}

/** Pads JSON to ten times its size, with the same content. */
function tenfold(json: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(json.length * 9, ' '), json])
}

function membersOf(json: Buffer): string | null {
  const text = json.toString().trim()
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1).trim() : ''
  return inner || null
}
