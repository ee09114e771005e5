import pino from 'pino'
import { type Product, startProduct } from '../../src/composition/product.ts'
import { Secret } from '../../src/domain/secret.ts'
import { readSettings } from '../../src/settings/settings.ts'
import { answerCalls } from '../bench-process.ts'
import type { ProductPlan } from '../product.ts'

let product: Product | undefined

const calls = {
  /** @returns the web server's address. */
  async start({ databaseUrl, environment, tokenKey }: ProductPlan) {
    const settings = readSettings({
      ...environment,
      DATABASE_URL: databaseUrl,
      SESSION_KEYS: tokenKey,
      TOKEN_KEYS: tokenKey,
      PROCESS: 'web',
    })
    if (settings.amazon.kind !== 'named') throw new Error('the settings name no Amazon addresses')
    product = await startProduct({
      settings,
      databaseUrl: new Secret(databaseUrl),
      amazon: settings.amazon,
      sessionKeys: [new Secret(tokenKey)],
      tokenKeys: [new Secret(tokenKey)],
      log: pino({ level: 'warn' }, pino.destination(2)),
    })
    return product.app?.listen({ host: '127.0.0.1', port: 0 })
  },
}
export type WebCalls = typeof calls

answerCalls(calls, async () => product?.stop())
