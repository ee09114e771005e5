import t from 'tap'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import { type Answer, Caller, profileIdOn } from '../journeys/caller.ts'
import { startTestProduct } from '../support/product/test-product.ts'
import { startWebProcess } from '../support/product/web-process.ts'
import { repetitions } from './repetitions.ts'

const { count: rounds } = repetitions(2, 200)
const contenders = 100

/** Shown for every choice except the first. */
const rejectionText = 'There is nothing left to choose'

t.test(
  `S-19 only one of ${contenders} concurrent choices at two web processes is accepted (${rounds} rounds)`,
  { timeout: 3_000_000 },
  async t => {
    const product = await startTestProduct(t)
    const webs = await Promise.all([startWebProcess(t, product), startWebProcess(t, product)])

    for (let round = 1; round <= rounds; round += 1) {
      const { email, id } = await product.newUser()
      const seller = new Caller(webs[0].address)
      await seller.signIn(email)
      const picker = await seller.returnFromAmazon(await seller.authorise('three-regions'))
      const _csrf = picker.$('input[name=_csrf]').first().attr('value') ?? ''
      const profiles = ['My Store US', 'My Store UK', 'My Store DE', 'My Store JP', 'My Store IN'].map(
        label => profileIdOn(picker, label),
      )
      const tabs = await Promise.all(webs.map(({ address }) => seller.copy(address)))

      const answers = await Promise.all(
        Array.from({ length: contenders }, (_, at) => {
          const tab = tabs[at % tabs.length] as Caller
          // Without the picker's hidden id, each post is a separate choice and not a double click.
          return tab.post('/dashboard/ads/choose', { _csrf, profile: profiles[at % profiles.length] ?? '' })
        }),
      )

      const accepted = answers.filter(
        ({ status, location }) => status === 303 && location === '/dashboard/ads/',
      )
      const rejected = answers.filter(({ status, text }) => status === 409 && text.includes(rejectionText))
      const [rowCounts] = await product.query(
        `select (select count(*) from connection where user_id = $1)::int as connections,
           (select count(*) from sync_run join connection c on c.id = connection_id where user_id = $1)::int as runs,
           (select count(*) from report join connection c on c.id = connection_id where user_id = $1)::int as reports,
           (select count(*) from connection_grant join connection c on c.id = connection_id where user_id = $1)::int as grants,
           (select count(*) from pending_connection where user_id = $1)::int as "pendingConnections",
           (select count(*) from timeline_entry where user_id = $1 and kind = 'connected')::int as "connectedEvents"`,
        [id],
      )
      const expectedRows = {
        connections: 1,
        runs: 1,
        reports: reportCatalogue.length,
        grants: 1,
        pendingConnections: 0,
        connectedEvents: 1,
      }
      const actual = { accepted: accepted.length, rejected: rejected.length, ...(rowCounts as object) }
      const isAsExpected = t.strictSame(
        actual,
        { accepted: 1, rejected: contenders - 1, ...expectedRows },
        `round ${round}`,
      )
      if (!isAsExpected) return t.comment(answers.map(summarise).join('\n'))
    }
    for (const { requests } of webs)
      t.ok(requests() > (rounds * contenders) / 3, 'both processes served many requests')
  },
)

const summarise = ({ status, location, text }: Answer): string => `${status} ${location} ${text.slice(0, 80)}`
