import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LoginWithAmazon } from '../../adapters/amazon/login.ts'
import type { AmazonSettings } from '../../adapters/amazon/settings.ts'
import { ShiftedClock, SystemClock } from '../../adapters/clock/clock.ts'
import { findRunningEmbeddedPostgresUrl } from '../../adapters/embedded-postgres/embedded-postgres.ts'
import { type Database, openDatabase } from '../../adapters/postgres/engine/database.ts'
import type { AmazonLogin } from '../../application/connection/ports.ts'
import type { Clock } from '../../application/ports.ts'
import { Secret } from '../../domain/secret.ts'
import { callbackUrlOf, type Settings } from '../../settings/settings.ts'
import { loadOrCreateKey } from '../start/keys.ts'

export interface Installation {
  readonly settings: Settings
  /** Null when the embedded database isn't running. */
  readonly databaseUrl: Secret | null
  /** Newest first. Null when none is set or generated. */
  readonly tokenKeys: readonly Secret[] | null
  readonly sessionKeys: readonly Secret[] | null
  /** Null with the sandbox, whose address only its process knows. */
  readonly amazon: AmazonSettings | null
  readonly clock: Clock
  /** Read-only; opened once. */
  database(): Promise<Database>
  login(): Promise<AmazonLogin>
  close(): Promise<void>
}

/** Milliseconds: below a check's timeout, so that the error says what didn't respond. */
export const callTimeout = 5000

export async function findInstallation(settings: Settings): Promise<Installation> {
  const databaseUrl = await databaseUrlOf(settings)
  const amazon = amazonOf(settings)
  const closers: (() => Promise<unknown>)[] = []
  const database = memoise(async () => {
    if (!databaseUrl) throw new Error('the embedded database isn’t running (it runs only with the product)')
    const opened = await openDatabase(databaseUrl, {
      poolSize: 2,
      timeout: callTimeout,
      onError: () => undefined,
    })
    closers.push(() => opened.close())
    return opened
  })
  const login = memoise(async () => {
    if (!amazon) throw new Error('LWA_CLIENT_ID is not set')
    return new LoginWithAmazon(amazon, callTimeout)
  })
  return {
    settings,
    databaseUrl,
    amazon,
    tokenKeys: settings.tokenKeys ?? (await loadStoredKeys(settings, 'token')),
    sessionKeys: settings.sessionKeys ?? (await loadStoredKeys(settings, 'session')),
    clock: settings.clockShiftFile ? new ShiftedClock(settings.clockShiftFile) : new SystemClock(),
    database,
    login,
    close: async () => {
      await Promise.allSettled(closers.map(close => close()))
    },
  }
}

/** Includes passwords inside URLs. */
export function secretsOf({ settings, databaseUrl, tokenKeys, sessionKeys, amazon }: Installation): Secret[] {
  const addresses = [databaseUrl, settings.jobsUrl, settings.email.smtpUrl].filter(url => url !== null)
  // Settings reject a password in this URL, but an unreachable collector's error may still show it.
  const { tracesUrl } = settings.operations
  return [
    ...addresses,
    ...addresses.flatMap(passwordsIn),
    ...(tracesUrl ? passwordsIn(new Secret(tracesUrl.href)) : []),
    ...(tokenKeys ?? []),
    ...(sessionKeys ?? []),
    ...(settings.subscriptionWebhookSecrets ?? []),
    ...(amazon ? [amazon.clientSecret] : []),
  ]
}

/** As written and decoded. Passwords under six characters would match ordinary text. */
function passwordsIn(address: Secret): Secret[] {
  // Not `URL`: MongoDB addresses may name several hosts.
  const [, encoded = ''] = /^[a-z+]+:\/\/[^:/@]*:([^/@]+)@/.exec(address.reveal()) ?? []
  const decoded = new URLSearchParams(`it=${encoded.replace(/[+&]/g, encodeURIComponent)}`).get('it') ?? ''
  return [...new Set([encoded, decoded])].filter(text => text.length > 5).map(text => new Secret(text))
}

async function databaseUrlOf({ database, dataDirectory }: Settings): Promise<Secret | null> {
  if (database.kind === 'named') return database.url
  const running = await findRunningEmbeddedPostgresUrl(dataDirectory)
  return running ? new Secret(running) : null
}

function amazonOf({ amazon, web }: Settings): AmazonSettings | null {
  if (amazon.kind === 'sandbox') return null
  return { ...amazon, callbackUrl: callbackUrlOf(web.publicUrl) }
}

async function loadStoredKeys(
  { dataDirectory }: Settings,
  name: 'token' | 'session',
): Promise<readonly Secret[] | null> {
  const folder = resolve(dataDirectory)
  return existsSync(join(folder, `${name}.key`)) ? [await loadOrCreateKey(folder, name)] : null
}

export function memoise<Opened>(open: () => Promise<Opened>): () => Promise<Opened> {
  let opening: Promise<Opened> | null = null
  return () => {
    opening ??= open()
    return opening
  }
}
