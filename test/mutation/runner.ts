/**
 * Stryker's test runner for the pure folders. Loads their tests once in one process.
 * Each mutant then runs only the tests that reach it, which takes milliseconds.
 */

import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type CompleteDryRunResult,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import fastCheck from 'fast-check'
import { type CollectedTest, collect, collectedTests } from './collect.ts'

type Tap = typeof import('tap')

/** Variables of the instrumented sources. */
interface Instrumentation {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: CompleteDryRunResult['mutantCoverage'] | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
}

class PureRunner implements TestRunner {
  #tap!: Tap

  /** Keeps Stryker from replacing this process for mutants that also run while a file loads. */
  capabilities() {
    return { reloadEnvironment: true }
  }

  async init(): Promise<void> {
    this.#tap = await loadTap()
    // Fixed random values keep the score stable.
    fastCheck.configureGlobal({ seed: 22 })
    const sandbox = pathToFileURL(`${process.cwd()}/`).href
    const standIn = new URL('./collect.ts', import.meta.url).href
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'tap' && context.parentURL?.startsWith(sandbox)
          ? { url: standIn, format: 'module-typescript', shortCircuit: true }
          : next(specifier, context),
    })
    for (const file of globSync('test/{domain,application,admin}/**/*.test.ts').sort()) await collect(file)
  }

  async dryRun(): Promise<DryRunResult> {
    const tests = await this.#runAll(collectedTests)
    const { mutantCoverage } = instrumentation()
    // In reverse, because a test must depend neither on the order nor on an earlier run.
    const secondRun = new Map((await this.#runAll(collectedTests.toReversed())).map(test => [test.id, test]))
    for (const test of [...tests, ...secondRun.values()])
      if (test.status === TestStatus.Failed)
        return { status: DryRunStatus.Error, errorMessage: `${test.id}\n${test.failureMessage}` }
    // Stryker adds time that no test accounts for to every mutant's time limit.
    for (const test of tests) test.timeSpentMs += secondRun.get(test.id)?.timeSpentMs ?? 0
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) }
  }

  async mutantRun({ activeMutant, hitLimit, testFilter }: MutantRunOptions): Promise<MutantRunResult> {
    if (!testFilter) throw new Error('This runner needs coverageAnalysis perTest and ignoreStatic.')
    const selectedIds = new Set(testFilter)
    const variables = instrumentation()
    Object.assign(variables, { activeMutant: activeMutant.id, hitCount: 0, hitLimit })
    const fastestFirst = collectedTests
      .filter(({ id }) => selectedIds.has(id))
      .sort((one, other) => one.milliseconds - other.milliseconds)
    const tests = await this.#runUntilFailure(fastestFirst)
    const limitReached = determineHitLimitReached(variables.hitCount, hitLimit)
    Object.assign(variables, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined })
    await this.#assertProcessIntact(tests)
    return toMutantRunResult(limitReached ?? { status: DryRunStatus.Complete, tests })
  }

  async #runAll(tests: CollectedTest[]): Promise<TestResult[]> {
    const results: TestResult[] = []
    for (const test of tests) {
      instrumentation().currentTestId = test.id
      results.push(await this.#run(test))
      instrumentation().currentTestId = undefined
    }
    return results
  }

  async #runUntilFailure(tests: CollectedTest[]): Promise<TestResult[]> {
    const results: TestResult[] = []
    for (const test of tests) {
      const result = await this.#run(test)
      results.push(result)
      if (result.status === TestStatus.Failed) break
    }
    return results
  }

  /**
   * Asserts that the test that killed the mutant passes without it.
   * @throws when the mutant has corrupted this process; Stryker then retries in a new one.
   */
  async #assertProcessIntact(tests: TestResult[]): Promise<void> {
    const failed = tests.find(({ status }) => status === TestStatus.Failed)
    const test = collectedTests.find(({ id }) => id === failed?.id)
    if (test && (await this.#run(test)).status === TestStatus.Failed)
      throw new Error(`This test still fails after the mutant: ${test.id}`)
  }

  /** Runs the test on its own tap root. Stryker stops a test that never ends. */
  async #run(test: CollectedTest): Promise<TestResult> {
    const started = performance.now()
    const options: ConstructorParameters<Tap['Test']>[0] = { name: test.id }
    const root = new this.#tap.Test(options)
    const output = root.concat()
    await test.run(root)
    root.end()
    const failureMessage = String(await output).slice(0, 2_000)
    const timeSpentMs = performance.now() - started
    test.milliseconds = timeSpentMs
    const result = { id: test.id, name: test.id, fileName: test.file, timeSpentMs }
    if (root.results?.ok) return { ...result, status: TestStatus.Success }
    return { ...result, status: TestStatus.Failed, failureMessage }
  }
}

/** Loads tap without its time limit, which tap would report in a message that Stryker can't read. */
async function loadTap(): Promise<Tap> {
  const { send } = process
  Reflect.set(process, 'send', undefined)
  const tap = await import('tap')
  tap.t.setTimeout(0)
  Reflect.set(process, 'send', send)
  return tap
}

function instrumentation(): Instrumentation {
  const global = globalThis as { __stryker__?: Instrumentation }
  global.__stryker__ ??= {}
  return global.__stryker__
}

const factory = Object.assign(() => new PureRunner(), { inject: [] as const })

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'pure', factory)]
