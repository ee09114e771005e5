import { constants, setPriority } from 'node:os'
import { migrate } from '../src/adapters/postgres/migrations/migrate.ts'
import { EmailFailed } from '../src/application/email/send-emails.ts'
import { readSettings } from '../src/settings/settings.ts'
import {
  copyDemoUsers,
  copyHistory,
  createScratchDatabase,
  dropScratchDatabase,
  hasHistory,
  openClient,
  scratchUrlOf,
} from './databases.ts'
import { makeHistory } from './history.ts'

/**
 * Forked by the embedded run when the product is ready; reports its progress and ends with its parent.
 * Uses a separate database and sandbox, because their clock is shifted, and hands both over at the end.
 */
process.on('disconnect', () => process.exit(1))
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

const { database, tokenKeys, amazon, demoSellers } = readSettings(process.env)
if (database.kind !== 'named' || amazon.kind !== 'named' || !tokenKeys)
  throw new Error('DATABASE_URL, TOKEN_KEYS and the sandbox’s settings are required')

const product = await openClient(database.url)
// True when a previous run was killed after the takeover.
if (!(await hasHistory(product))) {
  const databaseUrl = scratchUrlOf(database.url)
  await createScratchDatabase(product)
  await migrate(databaseUrl)
  const scratch = await openClient(databaseUrl)
  await copyDemoUsers(product, scratch)
  const events = await makeHistory({
    environment: process.env,
    databaseUrl,
    tokenKeys,
    sellers: demoSellers,
    reportProgress: done => process.send?.({ done }),
    onError: logUnexpected,
  })
  // Reports first: once the product has the rows, its worker polls Amazon for them.
  const answer = await fetch(new URL('/sandbox/events', amazon.adsUrls.na), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to the events of the history`)
  await copyHistory(scratch, product)
  await scratch.end()
}
await dropScratchDatabase(product)
process.exit(0)

/** Rejected emails are part of some scenarios. */
function logUnexpected(error: unknown): void {
  if (!(error instanceof EmailFailed)) process.stderr.write(`${error}\n`)
}
