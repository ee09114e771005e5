import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { authorise, choose, signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { waitForExit } from '../../support/product/child-process.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { repetitions } from '../repetitions.ts'

const processes = 4
const callers = 250
const { count: rounds } = repetitions(1, 10)

t.test(
  `S-12 only one of ${processes * callers} callers in ${processes} processes refreshes the token (${rounds} rounds)`,
  { timeout: 240_000 },
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { email, id } = await product.newUser()
    const browser = product.browser()
    await signIn(browser, email)
    await authorise(browser, 'us-seller')
    await choose(browser, 'My Brand US')
    await waitForSync(browser)
    const [connection] = await product.query<{ id: string }>('select id from connection where user_id = $1', [
      id,
    ])

    for (let round = 1; round <= rounds; round += 1) {
      await product.query('update connection_grant set access_token = null, access_token_expires_at = null')
      const children = Array.from({ length: processes }, () => startCallers(product, connection?.id ?? ''))
      const outputs = children.map(linesOf)
      for (const output of outputs) await output.next()
      product.sandbox.controls.resetCalls()
      for (const child of children) child.stdin?.write('go\n')
      const answers = await Promise.all(
        outputs.map(async output => JSON.parse((await output.next()).value ?? '[]')),
      )
      await Promise.all(children.map(child => waitForExit(child)))

      const tokens: string[] = answers.flat()
      const { refresh } = product.sandbox.controls.calls()
      if (refresh !== 1 || tokens.length !== processes * callers || new Set(tokens).size !== 1) {
        t.fail(`round ${round}: ${refresh} refreshes`, { received: [...new Set(tokens)] })
        return
      }
      doesNotMatch(t, tokens[0], 'rejected')
    }
    t.pass(`${rounds} rounds, one refresh each`)
  },
)

function startCallers({ environment }: TestProduct, connectionId: string): ChildProcess {
  const script = join(import.meta.dirname, 'caller.ts')
  return spawn(process.execPath, [script, connectionId, String(callers)], {
    env: { ...process.env, ...environment, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string, undefined> {
  if (!stdout) throw new Error('the child has no stdout')
  return createInterface({ input: stdout })[Symbol.asyncIterator]()
}
