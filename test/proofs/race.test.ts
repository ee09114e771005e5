import t from 'tap'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import { type Answer, Caller, profileOn } from '../journeys/caller.ts'
import { startTestProduct } from '../support/test-product.ts'
import { startWebProcess } from '../support/web-process.ts'
import { counts } from './counts.ts'

const { count: rounds } = counts(2, 200)
const contenders = 100

/** The page of every click except for the first. */
const error = 'There is nothing left to choose'

t.test(
  `S-19 of ${contenders} concurrent choices at two web processes only one is accepted (${rounds} rounds)`,
  { timeout: 3_000_000 },
  async t => {
    const product = await startTestProduct(t)
    const webs = await Promise.all([startWebProcess(t, product), startWebProcess(t, product)])

    for (let round = 1; round <= rounds; round += 1) {
      const { email, id } = await product.newUser()
      const seller = new Caller(webs[0].address)
      await seller.signIn(email)
      const picker = await seller.comeBack(await seller.authorise('three-regions'))
      const _csrf = picker.$('input[name=_csrf]').first().attr('value') ?? ''
      const profiles = ['My Store US', 'My Store UK', 'My Store DE', 'My Store JP', 'My Store IN'].map(
        label => profileOn(picker, label),
      )
      const tabs = await Promise.all(webs.map(({ address }) => seller.copy(address)))

      const answers = await Promise.all(
        Array.from({ length: contenders }, (_, at) => {
          const tab = tabs[at % tabs.length] as Caller
          // Without the picker's hidden id each click is a separate choice, not a double click.
          return tab.post('/dashboard/ads/choose', { _csrf, profile: profiles[at % profiles.length] ?? '' })
        }),
      )

      const won = answers.filter(({ status, location }) => status === 303 && location === '/dashboard/ads/')
      const rejected = answers.filter(({ status, text }) => status === 409 && text.includes(error))
      const [rowCounts] = await product.query(
        `select (select count(*) from connection where user_id = $1)::int as connections,
           (select count(*) from sync_run join connection c on c.id = connection_id where user_id = $1)::int as runs,
           (select count(*) from report join connection c on c.id = connection_id where user_id = $1)::int as reports,
           (select count(*) from connection_grant join connection c on c.id = connection_id where user_id = $1)::int as grants,
           (select count(*) from pending_connection where user_id = $1)::int as "pendingConnections",
           (select count(*) from timeline_entry where user_id = $1 and kind = 'connected')::int as "connectedEvents"`,
        [id],
      )
      const one = {
        connections: 1,
        runs: 1,
        reports: reportCatalogue.length,
        grants: 1,
        pendingConnections: 0,
        connectedEvents: 1,
      }
      const actual = { won: won.length, rejected: rejected.length, ...(rowCounts as object) }
      const isRight = t.strictSame(actual, { won: 1, rejected: contenders - 1, ...one }, `round ${round}`)
      if (!isRight) return t.comment(answers.map(summary).join('\n'))
    }
    for (const { requests } of webs)
      t.ok(requests() > (rounds * contenders) / 3, 'both processes served a share')
  },
)

const summary = ({ status, location, text }: Answer): string => `${status} ${location} ${text.slice(0, 80)}`
