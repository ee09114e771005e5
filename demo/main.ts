import { constants, setPriority } from 'node:os'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { EmailFailed } from '../src/application/mail/index.ts'
import { readSettings } from '../src/settings.ts'
import {
  connected,
  copyDemoUsers,
  dropScratch,
  hasHistory,
  makeScratch,
  scratchUrlOf,
  takeOver,
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
  throw new Error('a database, keys and the sandbox are to be named')

const product = await connected(database.url)
// True when a previous run was killed after the takeover.
if (!(await hasHistory(product))) {
  const databaseUrl = scratchUrlOf(database.url)
  await makeScratch(product)
  await migrate(databaseUrl)
  const scratch = await connected(databaseUrl)
  await copyDemoUsers(product, scratch)
  const events = await makeHistory({
    environment: process.env,
    databaseUrl,
    tokenKeys,
    sellers: demoSellers,
    reportProgress: done => process.send?.({ done }),
    onError: logUnmeant,
  })
  // Reports first: once the product has the rows, its worker polls Amazon for them.
  const answer = await fetch(new URL('/sandbox/events', amazon.adsUrls.na), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to the events of the history`)
  await takeOver(scratch, product)
  await scratch.end()
}
await dropScratch(product)
process.exit(0)

/** Rejected emails are part of some scenarios. */
function logUnmeant(error: unknown): void {
  if (!(error instanceof EmailFailed)) process.stderr.write(`${error}\n`)
}
