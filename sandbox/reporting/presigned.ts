import { randomLetters } from '../signer.ts'
import type { World } from '../world.ts'
import type { Report } from './report.ts'

/**
 * A download URL lives for an hour from the status call (docs/product/amazon.md, "Reporting v3: generation and
 * download").
 */
export const urlSeconds = 3600

const awsRegions = { NA: 'us-east-1', EU: 'eu-west-1', FE: 'us-west-2' } as const

export interface SignedQuery {
  readonly 'X-Amz-Date'?: string
  readonly 'X-Amz-Expires'?: string
  readonly 'X-Amz-Signature'?: string
}

export function filePath(report: Report): string {
  const name = `${report.reportId}-${report.readyAt}`
  return `/download/${name}/report-${name}.json.gz`
}

export function reportAt(world: World, path: string): Report | undefined {
  const [, id = ''] = /^\/download\/([\da-f-]{36})-/.exec(path) ?? []
  const report = world.memory.reports.get(id)
  return report && filePath(report) === path ? report : undefined
}

export function presignedUrl(world: World, report: Report, now: number): string {
  const path = filePath(report)
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const address = new URL(path, world.origin())
  const query = {
    'X-Amz-Security-Token': `sandbox${randomLetters(200)}`,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': date,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': String(urlSeconds),
    'X-Amz-Credential': `SANDBOX/${date.slice(0, 8)}/${awsRegions[report.region]}/s3/aws4_request`,
    'X-Amz-Signature': signatureOf(world, path, date, String(urlSeconds)),
  }
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return address.href
}

export type UrlValidity = 'good' | 'forged' | 'expired' | 'early'

/** Tolerance when the signer's clock is ahead of the storage's. */
const toleranceSeconds = 15 * 60

export function checkPresignedUrl(world: World, path: string, query: SignedQuery): UrlValidity {
  const { 'X-Amz-Date': date = '', 'X-Amz-Expires': expires = '', 'X-Amz-Signature': signature } = query
  if (signature !== signatureOf(world, path, date, expires)) return 'forged'
  if (signedAt(date) > world.clock() + toleranceSeconds * 1000) return 'early'
  return world.clock() > signedAt(date) + Number(expires) * 1000 ? 'expired' : 'good'
}

export function signedAt(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function signatureOf(world: World, path: string, date: string, expires: string): string {
  return world.signer.signature(`${path}\n${date}\n${expires}`)
}
