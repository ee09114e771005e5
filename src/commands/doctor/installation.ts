import { LoginWithAmazon } from '../../adapters/amazon/login.ts'
import type { AmazonSettings } from '../../adapters/amazon/settings.ts'
import { ShiftedClock, SystemClock } from '../../adapters/clock/clock.ts'
import {
  findRunningEmbeddedPostgresUrl,
  runtimeUrlOf,
} from '../../adapters/embedded-postgres/embedded-postgres.ts'
import { type Database, openDatabase } from '../../adapters/postgres/engine/database.ts'
import type { AmazonLogin } from '../../application/connection/ports.ts'
import type { Clock } from '../../application/ports.ts'
import { Secret } from '../../domain/secret.ts'
import { callbackUrlOf, type Settings } from '../../settings/settings.ts'
import { findTokenKeys } from '../start/keys.ts'

export interface Installation {
  readonly settings: Settings
  /** Null when the embedded database isn't running. */
  readonly databaseUrl: Secret | null
  /** Newest first. Null when none is set or generated. */
  readonly tokenKeys: readonly Secret[] | null
  /** Null with the sandbox, whose address only its process knows. */
  readonly amazon: (AmazonSettings & { readonly login: AmazonLogin }) | null
  readonly clock: Clock
  /** Read-only. */
  readonly database: Promise<Database>
  close(): Promise<unknown>
}

/** Milliseconds: below a check's timeout, so that the error says what didn't respond. */
export const callTimeout = 5000

export async function findInstallation(settings: Settings): Promise<Installation> {
  const databaseUrl = await databaseUrlOf(settings)
  const database = databaseUrl
    ? openDatabase(databaseUrl, { poolSize: 2, timeout: callTimeout, onError: () => undefined })
    : Promise.reject(new Error('the embedded database isn’t running (it runs only with the product)'))
  // Each check handles the error itself.
  database.catch(() => undefined)
  const amazonSettings = settings.amazon.kind === 'named' && {
    ...settings.amazon,
    callbackUrl: callbackUrlOf(settings.web.publicUrl),
  }
  const login = amazonSettings && new LoginWithAmazon(amazonSettings, callTimeout)
  return {
    settings,
    databaseUrl,
    amazon: amazonSettings && login ? { ...amazonSettings, login } : null,
    tokenKeys: await findTokenKeys(settings),
    clock: settings.clockShiftFile ? new ShiftedClock(settings.clockShiftFile) : new SystemClock(),
    database,
    close: () => Promise.allSettled([database.then(({ close }) => close())]),
  }
}

/** Includes passwords inside URLs. */
export function secretsOf({ settings, databaseUrl, tokenKeys, amazon }: Installation): Secret[] {
  const addresses = [databaseUrl, settings.email.smtpUrl].filter(url => url !== null)
  return [
    ...addresses,
    ...addresses.flatMap(passwordsIn),
    ...(tokenKeys ?? []),
    ...(amazon ? [amazon.clientSecret] : []),
  ]
}

/** As written and decoded. Passwords under six characters would match ordinary text. */
function passwordsIn(address: Secret): Secret[] {
  const { password } = new URL(address.reveal())
  return [password, decodeURIComponent(password)]
    .filter(text => text.length > 5)
    .map(text => new Secret(text))
}

async function databaseUrlOf({ database, dataDirectory }: Settings): Promise<Secret | null> {
  if (database.kind === 'named') return database.url
  const running = await findRunningEmbeddedPostgresUrl(dataDirectory)
  return running ? new Secret(runtimeUrlOf(running)) : null
}
