import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { startProduct } from '../../../src/composition/product.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { generateKey, readSettings } from '../../../src/settings/settings.ts'
import { cloneDatabase } from '../servers/cluster.ts'
import type { Owner } from './test-product.ts'

/**
 * Builds a web server with these settings on a separate database. It listens on no port (use `inject`) and makes no
 * calls, so the settings may be those of production.
 */
export async function buildSilentProduct(
  t: Owner,
  environment: Readonly<Record<string, string>>,
): Promise<FastifyInstance> {
  const database = await cloneDatabase()
  const keys = { sessionKeys: [generateKey()], tokenKeys: [generateKey()] }
  const settings = readSettings({
    DATABASE_URL: database.url,
    SESSION_KEYS: keys.sessionKeys.map(key => key.reveal()).join(','),
    TOKEN_KEYS: keys.tokenKeys.map(key => key.reveal()).join(','),
    LWA_CLIENT_ID: 'an-id',
    LWA_CLIENT_SECRET: 'a-secret',
    PROCESS: 'web',
    ...environment,
  })
  if (settings.amazon.kind !== 'named') throw new Error('no Amazon is configured')
  const product = await startProduct({
    settings,
    databaseUrl: new Secret(database.url),
    amazon: settings.amazon,
    ...keys,
    log: pino({ level: 'silent' }),
  })
  t.teardown(async () => {
    await product.stop()
    await database.drop()
  })
  if (!product.app) throw new Error('the product has no web server')
  return product.app
}
