import { constants, setPriority } from 'node:os'
import { migrate } from '../src/adapters/postgres/migrating.ts'
import { MailGivenUp } from '../src/application/mail/index.ts'
import { readSettings } from '../src/settings.ts'
import {
  connected,
  copyDemoPeople,
  dropScratch,
  hasHistory,
  makeScratch,
  scratchUrlOf,
  takeOver,
} from './databases.ts'
import { makeHistory } from './history.ts'

/**
 * Forked by the embedded run once the product is up, with a channel for its progress, and ends with it. The history is made in a
 * database of its own and at a sandbox of its own, because their clock is moved. Both are handed over at the end.
 */
process.on('disconnect', () => process.exit(1))
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

const { database, tokenKeys, amazon, demoSellers } = readSettings(process.env)
if (database.kind !== 'named' || amazon.kind !== 'named' || !tokenKeys)
  throw new Error('a database, keys and the sandbox are to be named')

const product = await connected(database.url)
// Killed between the takeover and its report, the program is started again.
if (!(await hasHistory(product))) {
  const databaseUrl = scratchUrlOf(database.url)
  await makeScratch(product)
  await migrate(databaseUrl)
  const scratch = await connected(databaseUrl)
  await copyDemoPeople(product, scratch)
  const events = await makeHistory({
    environment: process.env,
    databaseUrl,
    tokenKeys,
    sellers: demoSellers,
    tell: done => process.send?.({ done }),
    onError: tellUnmeant,
  })
  // First the reports: once the product has the rows its worker asks Amazon about them.
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

/** That mails come back is part of some stories. */
function tellUnmeant(error: unknown): void {
  if (!(error instanceof MailGivenUp)) process.stderr.write(`${error}\n`)
}
