import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../../../src/application/ports.ts'

export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** Signs a body as Standard Webhooks specifies. */
export function signatureOf(secret: string, id: string, timestamp: string, body: string | Buffer): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return `v1,${signature}`
}

export interface Delivery {
  readonly id?: string
  readonly at?: Date
  readonly contentType?: string
  readonly secret?: string
  /** Overrides for the default headers; null omits one. */
  readonly headers?: Readonly<Record<string, string | null>>
}

export interface Reply {
  readonly status: number
  readonly type: string
  readonly text: string
}

export class BillingSystem {
  readonly #address: string
  readonly #secret: string
  readonly #clock: Clock

  constructor({ address, clock }: { address: string; clock: Clock }, secret: string) {
    this.#address = address
    this.#secret = secret
    this.#clock = clock
  }

  /** Adds the fields common to all events. */
  sendEvent(
    data: Readonly<Record<string, unknown>>,
    { occurredAt = this.#clock.now(), ...delivery }: Delivery & { readonly occurredAt?: Date } = {},
  ): Promise<Reply> {
    const event = {
      type: 'subscription.changed',
      occurredAt: occurredAt.toISOString(),
      data: { endsAt: null, ...data },
    }
    return this.send(JSON.stringify(event), delivery)
  }

  async send(body: string | Buffer, delivery: Delivery = {}): Promise<Reply> {
    const { id = `evt_${randomUUID()}`, at = this.#clock.now(), secret = this.#secret } = delivery
    const timestamp = String(Math.floor(at.getTime() / 1000))
    const headers = {
      'content-type': delivery.contentType ?? 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(secret, id, timestamp, body),
      ...delivery.headers,
    }
    const response = await fetch(new URL('/webhooks/subscriptions', this.#address), {
      method: 'POST',
      headers: Object.entries(headers).flatMap(([name, value]) =>
        value === null ? [] : [[name, value] as [string, string]],
      ),
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, type, text: await response.text() }
  }
}
