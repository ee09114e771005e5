/** A process of concurrent callers that want one connection's access token. Started by callers.prove.ts. */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { LoginWithAmazon } from '../../../src/adapters/amazon/login.ts'
import { SystemClock } from '../../../src/adapters/clock/clock.ts'
import { PostgresAccessTokenCache } from '../../../src/adapters/postgres/connection/access-token-cache.ts'
import { openDatabase } from '../../../src/adapters/postgres/engine/database.ts'
import { LocalKeys } from '../../../src/adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import { GetAccessToken } from '../../../src/application/connection/authorisation/get-access-token.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsOf } from '../../support/product/amazon-settings.ts'

const environment = process.env as Record<string, string>
const [connectionId, callers] = [process.argv[2] as ConnectionId, Number(process.argv[3])]
const onError = (error: unknown) => void process.stderr.write(`${String(error)}\n`)
const database = await openDatabase(new Secret(environment['DATABASE_URL'] ?? ''), { onError })
const login = new LoginWithAmazon(amazonSettingsOf(environment))
const keys = (environment['TOKEN_KEYS'] ?? '').split(',').map(key => new Secret(key))
const cipher = new TokenCipher(new LocalKeys(keys))
const tokens = new PostgresAccessTokenCache(database, cipher, onError)

process.stdout.write('ready\n')
await once(process.stdin, 'data')
// Each caller has its own use case, as if in its own process: they share only the database.
const results = await Promise.allSettled(
  Array.from({ length: callers }, () =>
    new GetAccessToken({ tokens, login, clock: new SystemClock() }).execute(connectionId),
  ),
)
const answers = results.map(result =>
  result.status === 'fulfilled'
    ? createHash('sha256').update(result.value.reveal()).digest('hex')
    : `rejected: ${result.reason instanceof Error ? result.reason.name : 'unknown'}`,
)
process.stdout.write(`${JSON.stringify(answers)}\n`)
await database.close()
process.exit(0)
