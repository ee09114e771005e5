import type { PollPlan } from './domain/ingestion/report.ts'
import { Secret } from './domain/secret.ts'

/** A replica set names several hosts (MongoDB manual, connection strings), which no URL does: one stands for all. */
const hostList = /^(mongodb:\/\/[^/,]+)(?:,[^/,]+)+/

/** One @, and nothing that could begin another address or another line of a mail's head. */
const address = String.raw`[^\s\p{Cc}@<>,]+@[^\s\p{Cc}@<>,]+`
const onlyAddress = new RegExp(`^${address}$`, 'u')
const nameAndAddress = new RegExp(String.raw`^(?:${address}|[^\p{Cc}<>]*<${address}>)$`, 'u')

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads one setting at a time and remembers what was wrong. An empty setting counts as absent. */
export class SettingReader {
  readonly problems: string[] = []
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  optional(name: string): string | null {
    return this.#environment[name]?.trim() || null
  }

  text(name: string, fallback: string): string {
    return this.optional(name) ?? fallback
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const text = this.text(name, fallback)
    const value = values.find(allowed => allowed === text)
    if (value === undefined) this.problems.push(`${name} is none of ${values.join(', ')}`)
    return value ?? fallback
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const text = this.optional(name)
    if (text === null) return fallback
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    this.problems.push(`${name} is no whole number from ${least} to ${most}`)
    return fallback
  }

  optionalUrl(name: string, protocols: readonly string[]): string | null {
    const text = this.optional(name)
    if (text === null) return null
    const parsable = text.replace(hostList, '$1')
    const leadsSomewhere = /^[^:/]+:\/\/./.test(parsable) && URL.canParse(parsable)
    if (leadsSomewhere && protocols.includes(new URL(parsable).protocol)) return text
    this.problems.push(
      `${name} is no address that begins with ${protocols.map(protocol => `${protocol}//`).join(' or ')}`,
    )
    return null
  }

  url(name: string, fallback: string, protocols: readonly string[]): string {
    return this.optionalUrl(name, protocols) ?? fallback
  }

  mailAddress(name: string, fallback: string): string {
    const text = this.text(name, fallback)
    if (!onlyAddress.test(text)) this.problems.push(`${name} is no mail address such as ads@example.com`)
    return text
  }

  /** `Name <ads@example.com>`, or the address alone. */
  optionalSender(name: string): string | null {
    const text = this.optional(name)
    if (text === null || nameAndAddress.test(text)) return text
    this.problems.push(`${name} is no sender such as ads@example.com or Ads <ads@example.com>`)
    return null
  }

  /** Each 32 bytes in base64; all lengths are checked, since a bad one beside a good one would fail late. */
  keys(name: string): Secret[] | null {
    const text = this.optional(name)
    if (text === null) return null
    const keys = text.split(',').map(key => key.trim())
    if (keys.some(key => Buffer.from(key, 'base64').length !== 32)) {
      this.problems.push(`${name} has a key that is not 32 bytes in base64`)
    }
    return keys.map(key => new Secret(key))
  }

  /** Each `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has them. */
  webhookSecrets(name: string): Secret[] | null {
    const text = this.optional(name)
    if (text === null) return null
    const secrets = text.split(',').map(secret => secret.trim())
    if (!secrets.every(isWebhookSecret)) {
      this.problems.push(`${name} has a secret that is not whsec_ and 24 to 64 bytes in base64`)
    }
    return secrets.map(secret => new Secret(secret))
  }

  /** `5-300`: shortest and longest wait. */
  poll(name: string, fallback: string): PollPlan {
    const [, first, longest] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(this.text(name, fallback)) ?? []
    const plan = { firstSeconds: Number(first), longestSeconds: Number(longest) }
    if (plan.firstSeconds > 0 && plan.longestSeconds >= plan.firstSeconds) return plan
    this.problems.push(`${name} is no pair of seconds such as 5-300`)
    return { firstSeconds: 5, longestSeconds: 300 }
  }
}

function isWebhookSecret(text: string): boolean {
  const [, bytes] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const { length } = Buffer.from(bytes ?? '', 'base64')
  return length >= 24 && length <= 64
}
