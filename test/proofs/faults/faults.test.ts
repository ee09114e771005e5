/** Every cell of the fault table ends as documented, in each region. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { regions } from '../../../src/domain/profile/region.ts'
import { randomNumbers, shuffled } from '../../support/seed.ts'
import { repetitions } from '../repetitions.ts'
import { isImpossible } from './cell.ts'
import { faultsDocument } from './document.ts'
import { type Drive, driveAll } from './driver/drive.ts'
import { calls, requiredFaults, table, tableEntries } from './table.ts'

const all: readonly Drive[] = tableEntries.flatMap(({ call, fault, row }) =>
  isImpossible(row) ? [] : regions.map(region => ({ call, fault, region, cell: row })),
)
const { count, seed } = repetitions(30, all.length)
const only = process.env['FAULTS'] ?? ''
const chosen = shuffled(all, randomNumbers(seed))
  .slice(0, count)
  .filter(({ call, fault }) => `${call} ${fault}`.includes(only))

t.test('S-24 every call has every fault, or the reason why the fault is impossible', async t => {
  for (const call of calls) t.strictSame(Object.keys(table[call]).sort(), requiredFaults(call).sort(), call)
  for (const { call, fault, row } of tableEntries) {
    if (isImpossible(row)) t.match(row.cannot, /\w+ \w+/, `${call} ${fault}`)
  }
})

t.test('docs/faults.md matches the table; npm run docs:faults updates it', async t => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/faults.md'), 'utf8')
  t.ok(document === faultsDocument(), 'the document is up to date')
})

t.test('S-24 cells that need different actions have different sentences', async t => {
  const actions = new Map<string, Set<string>>()
  for (const { row } of tableEntries) {
    if (isImpossible(row)) continue
    const sentenceActions = actions.get(row.sentence) ?? new Set()
    actions.set(row.sentence, sentenceActions.add(row.action))
  }
  t.ok(actions.size > 20)
  for (const [sentence, rowActions] of actions)
    t.equal(rowActions.size, 1, `${sentence} ${[...rowActions].join(' / ')}`)
})

t.test('S-24 every retry policy ends, and its plan and sentence say what happens next', async t => {
  const nextStepPattern =
    /next daily sync re|contact support|[Cc]onnect (again|it)|nothing to connect|Connect the account|Allow on|Try again in|may be missing|Start again here|^(Authorised|Choose an account|Loaded)/
  const planEndPattern =
    /^none needed|; then the report fails until the next daily sync|connecting again starts a new attempt|a later callback is rejected$|needs authorisation|for 1 h;|which is used$|until it agrees$/
  for (const { call, fault, row } of tableEntries) {
    if (isImpossible(row)) continue
    t.ok(row.plan.waits.length <= 12, `${call} ${fault}`)
    t.match(row.plan.text, planEndPattern, `${call} ${fault}`)
    t.match(row.sentence, nextStepPattern, `${call} ${fault}`)
  }
})

t.test(
  `S-24 each cell has its state, sentence and retry policy (${chosen.length} of ${all.length}, seed ${seed})`,
  async t => {
    const start = Date.now()
    await driveAll(chosen, ({ call, fault, region }, findings) => {
      if (findings.length > 0) t.fail(`${call} ${fault} ${region}`, { cause: findings.join('\n') })
    })
    t.pass(`${chosen.length} cells in ${Math.round((Date.now() - start) / 1000)} s`)
    t.comment(`${chosen.length} cells in ${Math.round((Date.now() - start) / 1000)} s`)
  },
)
