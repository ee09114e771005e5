import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  ApplySubscriptionEvent,
  type SubscriptionEventResult,
} from '../../application/access/apply-subscription-event.ts'
import { type Plan, plans } from '../../domain/access/subscription.ts'
import type { SubscriptionEvent } from '../../domain/access/subscription-event.ts'
import { normaliseEmail } from '../../domain/access/user.ts'
import type { SubscriptionEventId, UserId } from '../../domain/identifiers.ts'
import type { RouteOptions } from './kit/web-app.ts'
import { findSignatureProblem } from './webhook-signature.ts'

const maxBodyBytes = 16 * 1024
/** Allows a million renewals in 12 hours. */
const limit = { max: 1500, timeWindow: '1 minute' }

/** RFC 3339 with a zone, from 2000 on. */
const DateTime = Type.String({
  format: 'date-time',
  pattern: '^[2-9]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$',
})

const SubscriptionChanged = Type.Object({
  type: Type.Literal('subscription.changed'),
  occurredAt: DateTime,
  data: Type.Object({
    email: Type.Optional(
      Type.String({
        maxLength: 320,
        pattern: '^[^\\s@\\u0000-\\u001f\\u007f]+@[^\\s@\\u0000-\\u001f\\u007f]+$',
      }),
    ),
    personId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })),
    plan: Type.Union([...plans.map(plan => Type.Literal(plan)), Type.Null()]),
    endsAt: Type.Union([DateTime, Type.Null()]),
  }),
})
type SubscriptionChanged = Type.Static<typeof SubscriptionChanged>

/** One response for all problems: no help for guessing a signature. */
class InvalidSignature extends Error {
  readonly statusCode = 401
}

class NotConfigured extends Error {
  readonly statusCode = 503
}

/** Names the field, never its value. */
class InvalidBody extends Error {
  readonly statusCode = 400
  readonly field: string

  constructor(field: string) {
    super(`${field || 'the body'} is missing or invalid`)
    this.field = field
  }
}

/** Signed; idempotent (S-03). */
export const subscriptionRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, webhookSecrets, clock } = options
  const applySubscriptionEvent = get(ApplySubscriptionEvent)

  // The raw bytes are signed: parse after verification.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  const readJson = app.getDefaultJsonParser('error', 'error')
  const parse = (request: FastifyRequest, text: string) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, value?: unknown) =>
        error ? reject(new InvalidBody('')) : resolve(value)
      void readJson(request, text, done)
    })

  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply))

  const assertSignature = async (request: FastifyRequest) => {
    if (!webhookSecrets) throw new NotConfigured()
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const problem = findSignatureProblem(webhookSecrets, { headers: request.headers, body }, clock.now())
    if (problem) {
      request.log.warn({ problem }, 'subscription event rejected: invalid signature')
      throw new InvalidSignature()
    }
    request.body = await parse(request, body.toString('utf8'))
  }

  app.post(
    '/webhooks/subscriptions',
    {
      schema: { body: SubscriptionChanged },
      bodyLimit: maxBodyBytes,
      // The signature replaces the session and the CSRF token.
      config: {
        isPublic: true,
        isJsonRoute: true,
        rateLimit: { ...limit, hook: 'onRequest' },
      },
      preValidation: assertSignature,
    },
    async (request, reply) => {
      const event = eventOf(String(request.headers['webhook-id']), request.body)
      const outcome = await applySubscriptionEvent.execute(event)
      request.log.info({ eventId: event.id, outcome }, 'subscription event received')
      if (outcome === 'dated_ahead') throw new InvalidBody('occurredAt')
      return reply.code(statuses[outcome]).send()
    },
  )
}

const statuses: Readonly<Record<Exclude<SubscriptionEventResult, 'dated_ahead'>, number>> = {
  applied: 204,
  outdated: 204,
  duplicate: 204,
  waiting: 202,
}

/** @throws {InvalidBody} for fields that contradict each other. */
function eventOf(id: string, { occurredAt, data }: SubscriptionChanged): SubscriptionEvent {
  const { email, personId: userId, plan, endsAt } = data
  if ((email === undefined) === (userId === undefined)) throw new InvalidBody('data.email or data.personId')
  if (plan === null && endsAt !== null) throw new InvalidBody('data.endsAt')
  return {
    id: id as SubscriptionEventId,
    source: 'billing',
    about: email === undefined ? { userId: userId as UserId } : { email: normaliseEmail(email) },
    occurredAt: toDate(occurredAt),
    subscription: plan && { plan: plan as Plan, endsAt: endsAt === null ? null : toDate(endsAt) },
  }
}

/** With an offset, a date can pass the year 9999; PostgreSQL can't read JavaScript's text for it. */
const lastDateTime = Date.UTC(9999, 11, 31, 23, 59, 59)
const toDate = (text: string): Date => new Date(Math.min(Date.parse(text), lastDateTime))

interface ErrorBody {
  readonly error: string
  readonly sentence: string
}

const errorBodies: Readonly<Record<number, ErrorBody>> = {
  401: {
    error: 'signature_refused',
    sentence: 'Invalid signature or timestamp. Nothing was changed.',
  },
  413: { error: 'body_too_large', sentence: 'The body is larger than 16 KiB. Nothing was changed.' },
  415: { error: 'not_json', sentence: 'Only application/json is accepted. Nothing was changed.' },
  429: { error: 'too_many', sentence: 'Too many events in a minute. Send this event again later.' },
  503: {
    error: 'not_configured',
    sentence: 'SUBSCRIPTION_WEBHOOK_SECRETS is not set here. Send this event again once it is.',
  },
}

function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  if (error instanceof NotConfigured)
    request.log.warn('subscription event rejected: SUBSCRIPTION_WEBHOOK_SECRETS is not set')
  const known = errorBodies[status]
  if (known) return reply.code(status).send(known)
  if (status >= 500) throw error
  const field = error instanceof InvalidBody ? error.field : fieldOf(error)
  const sentence = `${field ? `${field} is` : 'The body is'} missing or invalid. Nothing was changed.`
  return reply.code(status).send({ error: 'body_wrong', field: field || null, sentence })
}

function fieldOf({ validation }: FastifyError): string {
  const [first] = validation ?? []
  if (!first) return ''
  const missing = (first.params as { readonly requiredProperties?: readonly string[] })
    .requiredProperties?.[0]
  return [...first.instancePath.split('/').filter(Boolean), ...(missing ? [missing] : [])].join('.')
}
