import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AmazonSettings } from '../adapters/amazon/addresses.ts'
import { LoginWithAmazon } from '../adapters/amazon/login.ts'
import { ShiftedClock, SystemClock } from '../adapters/clock/clocks.ts'
import { runningEmbeddedPostgres } from '../adapters/embedded-postgres/embedded-postgres.ts'
import { type Database, openDatabase } from '../adapters/postgres/database.ts'
import type { AmazonLogin } from '../application/connection/ports.ts'
import type { Clock } from '../application/ports.ts'
import { Secret } from '../domain/secret.ts'
import { callbackUrlOf, type Settings } from '../settings.ts'
import { keptKey } from '../start/keys.ts'

/** What is examined: the product of these settings, by the ways that its own processes go. */
export interface Installation {
  readonly settings: Settings
  /** Null where the embedded one does not run. */
  readonly databaseUrl: Secret | null
  /** Null where none is set and none was made yet; newest first. */
  readonly tokenKeys: readonly Secret[] | null
  readonly sessionKeys: readonly Secret[] | null
  /** Null where the product starts the sandbox, of which nobody else knows the address. */
  readonly amazon: AmazonSettings | null
  readonly clock: Clock
  /** Opened once for all that ask. It takes no writes. */
  database(): Promise<Database>
  login(): Promise<AmazonLogin>
  close(): Promise<void>
}

/** Milliseconds, less than a check has: what waits for longer can say for what. */
export const patienceOfACall = 5000

/** Nothing is asked of it yet. */
export async function findInstallation(settings: Settings): Promise<Installation> {
  const databaseUrl = await databaseUrlOf(settings)
  const amazon = amazonOf(settings)
  const closers: (() => Promise<unknown>)[] = []
  const database = once(async () => {
    if (!databaseUrl) throw new Error('the embedded database runs only while the product does')
    const opened = await openDatabase(databaseUrl, {
      poolSize: 2,
      patience: patienceOfACall,
      isReadOnly: true,
      onError: () => undefined,
    })
    closers.push(() => opened.close())
    return opened
  })
  const login = once(async () => {
    if (!amazon) throw new Error('the settings name no Amazon')
    const opened = await LoginWithAmazon.open(amazon, patienceOfACall)
    closers.push(() => opened.close())
    return opened
  })
  return {
    settings,
    databaseUrl,
    amazon,
    tokenKeys: settings.tokenKeys ?? (await keptKeys(settings, 'token')),
    sessionKeys: settings.sessionKeys ?? (await keptKeys(settings, 'session')),
    clock: settings.clockShiftFile ? new ShiftedClock(settings.clockShiftFile) : new SystemClock(),
    database,
    login,
    close: async () => {
      await Promise.allSettled(closers.map(close => close()))
    },
  }
}

/** Whatever of the settings nobody may read, the parts of an address apart. */
export function secretsOf({ settings, databaseUrl, tokenKeys, sessionKeys, amazon }: Installation): Secret[] {
  const addresses = [databaseUrl, settings.jobsUrl, settings.mail.smtpUrl].filter(url => url !== null)
  // The settings take none with a password; this one is somebody else's, and told where it is not reached.
  const { tracesTo } = settings.operations
  return [
    ...addresses,
    ...addresses.flatMap(passwordsIn),
    ...(tracesTo ? passwordsIn(new Secret(tracesTo.href)) : []),
    ...(tokenKeys ?? []),
    ...(sessionKeys ?? []),
    ...(settings.subscriptionWebhookSecrets ?? []),
    ...(amazon ? [amazon.clientSecret] : []),
  ]
}

/** As it is written, and as it is meant. One of a few letters would be found in any words. */
function passwordsIn(address: Secret): Secret[] {
  // MongoDB's address may name several hosts, which no URL does.
  const [, written = ''] = /^[a-z+]+:\/\/[^:/@]*:([^/@]+)@/.exec(address.reveal()) ?? []
  const meant = new URLSearchParams(`it=${written.replace(/[+&]/g, encodeURIComponent)}`).get('it') ?? ''
  return [...new Set([written, meant])].filter(text => text.length > 5).map(text => new Secret(text))
}

async function databaseUrlOf({ database, dataDirectory }: Settings): Promise<Secret | null> {
  if (database.kind === 'named') return database.url
  const running = await runningEmbeddedPostgres(dataDirectory)
  return running ? new Secret(running) : null
}

function amazonOf({ amazon, web }: Settings): AmazonSettings | null {
  if (amazon.kind === 'sandbox') return null
  return { ...amazon, callbackUrl: callbackUrlOf(web.publicUrl) }
}

/** Read, and never made: that is for the start to do. */
async function keptKeys(
  { dataDirectory }: Settings,
  name: 'token' | 'session',
): Promise<readonly Secret[] | null> {
  const folder = resolve(dataDirectory)
  return existsSync(join(folder, `${name}.key`)) ? [await keptKey(folder, name)] : null
}

/** @returns what is done once, however often it is asked for. */
export function once<Opened>(open: () => Promise<Opened>): () => Promise<Opened> {
  let opening: Promise<Opened> | null = null
  return () => {
    opening ??= open()
    return opening
  }
}
