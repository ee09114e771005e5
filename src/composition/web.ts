import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildServer } from '../adapters/fastify/server.ts'
import type { Get } from '../application/ports.ts'
import type { Monitoring } from './operations.ts'
import type { ProductConfig } from './product-config.ts'

export function buildWebServer(
  get: Get,
  { settings, amazon, sessionKeys, log, demoProgress = () => null }: ProductConfig,
  monitoring: Monitoring,
): Promise<FastifyInstance> {
  return buildServer({
    ...monitoring.options,
    get,
    log,
    publicUrl: settings.web.publicUrl,
    trustedProxies: settings.web.trustedProxies,
    sessionKeys,
    consentOrigins: [...new Set(Object.values(amazon.authorizeUrls).map(url => new URL(url).origin))],
    supportEmail: settings.support.email,
    statusPollSeconds: settings.statusPollSeconds,
    consentDays: settings.consentDays,
    webhookSecrets: settings.subscriptionWebhookSecrets,
    demoProgress,
    flagsFolder: join(import.meta.dirname, '../../node_modules/country-flag-icons/3x2'),
  })
}
