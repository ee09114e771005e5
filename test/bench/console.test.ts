import t from 'tap'
import { answerTo, casesPerPage, kinds, tenthPage } from '../../bench/console/questions.ts'
import { seedCrowd } from '../../bench/console/seed.ts'
import { type KnownCase, readCrowd, type SeededCases } from '../../bench/console/seeded-cases.ts'
import { caseFilterIn, cursorIn } from '../../src/adapters/fastify/console/cases/case-query.ts'
import { caseId } from '../../src/admin/cases/case-key.ts'
import { parseSearchTerms } from '../../src/admin/cases/search-terms.ts'
import { openPostgresStores } from '../support/contracts/postgres-stores.ts'
import { randomNumbers } from '../support/seed.ts'

/** More users than the search checks one by one, so that both of its strategies run. */
const users = 1500

t.test('S-40 the search finds the same cases, in the same order, as a check of every case', async t => {
  const { owner, summaries } = await openPostgresStores(t)
  await seedCrowd(owner, { users, reports: 1 })
  const crowd = await readCrowd(owner, 50)
  const random = randomNumbers(1)
  for (const [kind, draw] of Object.entries(kinds))
    for (const question of Array.from({ length: 8 }, () => draw(crowd, random)))
      for (const search of [question, tenthPage(crowd, question)]) {
        const { query } = search
        const found = await summaries.find(
          parseSearchTerms(query['q'] ?? ''),
          caseFilterIn(query),
          cursorIn(query),
          casesPerPage,
        )
        const description = `${kind}: ${JSON.stringify(query)}`
        if (
          ids(found) !==
          answerTo(crowd, search)
            .map(({ id }) => id)
            .join()
        )
          t.fail(description)
      }
  t.pass('every kind of query is correct')
})

const ids = (found: readonly { readonly key: Parameters<typeof caseId>[0] }[]): string =>
  found.map(({ key }) => caseId(key)).join()

t.test('two seeded crowds are the same, with one connection per user on average', async t => {
  const [one, other] = await Promise.all([1, 2].map(() => openPostgresStores(t)))
  if (!one || !other) throw new Error('two databases are needed')
  for (const { owner } of [one, other]) await seedCrowd(owner, { users: 300, reports: 2 })
  const [first, second] = [await readCrowd(one.owner, 10), await readCrowd(other.owner, 10)]
  t.strictSame(first, second)

  const connectedByUser = Map.groupBy(first.cases.filter(isConnected), ({ userId }) => userId)
  t.equal(first.cases.filter(isConnected).length, 300)
  t.strictSame([...new Set([...connectedByUser.values()].map(each => each.length))].sort(), [1, 2, 3])
  t.equal(first.cases.length - 300, 50, 'some users have no connection')
  const [row] = await one.query<{ count: string }>(
    'select count(*) from report where amazon_report_id is not null',
  )
  t.equal(Number(row?.count), 600)
})

const isConnected = ({ connectionId }: KnownCase): boolean => connectionId !== null

t.test('the tenth page starts after nine full pages', async t => {
  const cases = Array.from({ length: 520 }, (_, index) => aCase(index))
  const crowd: SeededCases = { cases, caseIds: [] }
  const all = { query: {}, matches: () => true }
  t.strictSame(answerTo(crowd, all), cases.slice(0, 50))
  t.strictSame(answerTo(crowd, tenthPage(crowd, all)), cases.slice(450, 500))
  const few = { query: {}, matches: ({ id }: KnownCase) => id < '0100' }
  t.equal(tenthPage(crowd, few), few, 'a short list has no tenth page')
})

/** Two cases share each timestamp, so that the id decides their order. */
const aCase = (index: number): KnownCase => ({
  id: String(9999 - index),
  lastEventAt: new Date(1e12 - Math.floor(index / 2)),
  userId: '',
  connectionId: null,
  health: null,
  stage: '',
  cause: '',
  plan: '',
  region: null,
  country: null,
  profileId: null,
  amazonUserId: null,
  searchText: '',
  email: '',
  name: '',
  amazonEmail: null,
  accountName: null,
})
