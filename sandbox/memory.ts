import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Report } from './reporting/report.ts'

/** An authorisation code before its exchange: valid for five minutes, once. */
export interface Code {
  readonly code: string
  readonly userId: string
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly challenge: string | null
  readonly challengeMethod: string
  readonly issuedAt: number
  /** When the consent began: earlier than the code if the page was skipped. */
  readonly consentedAt: number
}

export type Event =
  | { readonly event: 'code'; readonly code: Code }
  | { readonly event: 'code used'; readonly code: string }
  | { readonly event: 'revoked'; readonly userId: string; readonly accessTokensToo: boolean }
  | { readonly event: 'access tokens expired' }
  | { readonly event: 'client secret changed'; readonly secret: string }
  | { readonly event: 'report'; readonly report: Report }
  | { readonly event: 'report deleted'; readonly reportId: string }
  | { readonly event: 'reports forgotten' }

/**
 * State that survives a restart. A journal with one JSON event per line, written before the response; a torn last line
 * is an event that was never answered.
 */
export class Memory {
  readonly reports = new Map<string, Report>()
  readonly #byProfile = new Map<string, Set<Report>>()
  readonly codes = new Map<string, Code>()
  /** Of consents that aren't revoked, by user. */
  readonly #consentedAt = new Map<string, number>()
  readonly #grantEpochs = new Map<string, number>()
  readonly #accessFloors = new Map<string, number>()
  readonly #file: string | undefined
  accessEpoch = 0
  /** Number of changed client secrets; refresh tokens of earlier ones are invalid. */
  clientEpoch = 0
  /** Null until changed. */
  clientSecret: string | null = null

  constructor(file?: string) {
    this.#file = file
    if (file === undefined) return
    mkdirSync(dirname(file), { recursive: true })
    if (existsSync(file)) this.#replay(readFileSync(file, 'utf8'))
  }

  record(event: Event): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(event)}\n`)
    this.#apply(event)
  }

  /** Undefined when revoked since. */
  consentedAt(userId: string): number | undefined {
    return this.#consentedAt.get(userId)
  }

  /** Number of revocations; consents with a lower number are revoked. */
  grantEpoch(userId: string): number {
    return this.#grantEpochs.get(userId) ?? 0
  }

  /** Access tokens with a lower grant epoch are rejected. */
  accessFloor(userId: string): number {
    return this.#accessFloors.get(userId) ?? 0
  }

  /** Indexed: a fleet has hundreds of thousands of reports. */
  reportsOf(profileId: string): Iterable<Report> {
    return this.#byProfile.get(profileId) ?? []
  }

  *events(): Generator<Event> {
    for (const [userId, epoch] of this.#grantEpochs)
      for (let times = 0; times < epoch; times++)
        yield { event: 'revoked', userId, accessTokensToo: this.accessFloor(userId) > 0 }
    for (const report of this.reports.values()) yield { event: 'report', report }
  }

  #replay(journal: string): void {
    for (const line of journal.split('\n')) {
      const event = eventIn(line)
      if (event) this.#apply(event)
    }
    if (this.#file !== undefined && !journal.endsWith('\n') && journal !== '')
      appendFileSync(this.#file, '\n')
  }

  #apply(event: Event): void {
    switch (event.event) {
      case 'code':
        this.codes.set(event.code.code, event.code)
        return
      case 'code used': {
        const code = this.codes.get(event.code)
        if (code) this.#consentedAt.set(code.userId, code.consentedAt)
        this.codes.delete(event.code)
        return
      }
      case 'revoked': {
        const epoch = this.grantEpoch(event.userId) + 1
        this.#grantEpochs.set(event.userId, epoch)
        this.#consentedAt.delete(event.userId)
        if (event.accessTokensToo) this.#accessFloors.set(event.userId, epoch)
        return
      }
      case 'access tokens expired':
        this.accessEpoch += 1
        return
      case 'client secret changed':
        this.clientEpoch += 1
        this.clientSecret = event.secret
        return
      case 'report':
        this.#add(event.report)
        return
      case 'report deleted':
        this.#remove(event.reportId)
        return
      case 'reports forgotten':
        this.reports.clear()
        this.#byProfile.clear()
    }
  }

  #add(report: Report): void {
    this.reports.set(report.reportId, report)
    const its = this.#byProfile.get(report.profileId) ?? new Set()
    this.#byProfile.set(report.profileId, its.add(report))
  }

  #remove(reportId: string): void {
    const report = this.reports.get(reportId)
    if (report) this.#byProfile.get(report.profileId)?.delete(report)
    this.reports.delete(reportId)
  }
}

function eventIn(line: string): Event | undefined {
  try {
    return JSON.parse(line) as Event
  } catch {
    return undefined
  }
}
