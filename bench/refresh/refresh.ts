import { join } from 'node:path'
import { AmazonLogin, ProfileDirectory } from '../../src/application/connection/ports.ts'
import { BenchProcess } from '../bench-process.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import { connectProfile } from '../product.ts'
import { workerFlags } from '../worker-flags.ts'
import type { CallerCalls } from './token-callers.ts'

const full = { processes: 2, callers: 200, rounds: 15 }
const quick = { processes: 2, callers: 10, rounds: 2 }

/**
 * All reports of a connection, in several processes, need a new access token at once. Compared with a bare token call.
 */
export async function benchRefresh({ quick: isQuick, log }: BenchOptions): Promise<Measure[]> {
  const { processes, callers, rounds } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  const { product, amazon, config, pool } = fixture
  log(await describeMachine(pool))
  const tokens = await amazon.consent('us-seller')
  const [profile] = await product.container.get(ProfileDirectory).listProfiles('na', tokens.accessToken)
  if (!profile) throw new Error('there is no profile')
  const { id: connectionId } = await connectProfile(product, profile, tokens)
  const callerProcesses = Array.from({ length: processes }, () =>
    fixture.keep(
      new BenchProcess<CallerCalls>(join(import.meta.dirname, 'token-callers.ts'), workerFlags),
      it => it.end(),
    ),
  )
  for (const callerProcess of callerProcesses) await callerProcess.call('start', config)

  const waits: number[] = []
  const bareCallTimes: number[] = []
  let refreshes = 0
  const login = product.container.get(AmazonLogin)
  const runRound = async () => {
    await pool.query('update connection_grant set access_token = null, access_token_expires_at = null')
    const answersByProcess = await Promise.all(
      callerProcesses.map(callerProcess => callerProcess.call('requestTokens', { connectionId, callers })),
    )
    const answers = answersByProcess.flat()
    const distinctTokens = new Set(answers.map(({ token }) => token)).size
    if (distinctTokens !== 1) throw new Error(`the callers received ${distinctTokens} different tokens`)
    return answers.map(({ milliseconds }) => milliseconds)
  }
  await runRound()
  for (let round = 0; round < rounds; round += 1) {
    const { refresh = 0 } = await amazon.callsDuring(async () => waits.push(...(await runRound())))
    refreshes += refresh
    const startedAt = performance.now()
    await login.refresh('na', tokens.refreshToken)
    bareCallTimes.push(performance.now() - startedAt)
  }
  log(
    `${waits.length} callers in ${rounds} rounds waited ${formatNumber(median(waits))} ms (median), ${formatNumber(quantile(waits, 0.99))} ms at p99.`,
  )
  return [
    {
      name: `refresh: calls to Amazon for ${processes * callers} callers at once`,
      unit: 'calls',
      ours: refreshes / rounds,
      reference: 1,
      referenceName: 'minimum',
      target: 1,
    },
    {
      name: 'refresh: until 99% of the callers have the token',
      unit: 'ms',
      ours: quantile(waits, 0.99),
      reference: median(bareCallTimes),
      referenceName: 'a bare call for a token',
      target: null,
    },
  ]
}
