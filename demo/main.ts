import { MailGivenUp } from '../src/application/mail/index.ts'
import { readSettings } from '../src/settings.ts'
import { makeHistory } from './history.ts'

/** Forked by the first start of the embedded run, with a channel to it: tells how far it is, and ends; or ends with it. */
process.on('disconnect', () => process.exit(1))

const settings = readSettings(process.env)
const { database, tokenKeys, amazon, demoSellers } = settings
if (database.kind !== 'named' || amazon.kind !== 'named' || !tokenKeys)
  throw new Error('a database, keys and the sandbox are to be named')

await makeHistory({
  settings,
  databaseUrl: database.url,
  tokenKeys,
  sandboxUrl: new URL(amazon.adsUrls.na).origin,
  sellers: demoSellers,
  tell: done => process.send?.({ done }),
  onError: tellUnmeant,
})
process.exit(0)

/** That mails come back is part of some stories. */
function tellUnmeant(error: unknown): void {
  if (!(error instanceof MailGivenUp)) process.stderr.write(`${error}\n`)
}
