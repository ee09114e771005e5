/**
 * `node test/mutation/command.ts [FILE…]`: changes the pure sources in thousands of small ways and counts how many changes fail a test.
 * Ends with 1 below the least score. With files, it tries only these and writes no document.
 */
import { join } from 'node:path'
import type { PartialStrykerOptions } from '@stryker-mutator/api/core'
import { Stryker } from '@stryker-mutator/core'
import { scoreOf, summaryOf, writeDocument } from './report.ts'

const leastScore = 85

process.chdir(join(import.meta.dirname, '../..'))
const files = process.argv.slice(2)
// A fixed seed and the usual counts keep the score the same from day to day.
process.env['TEST_SEED'] = '1'
delete process.env['PROVE']

const options: PartialStrykerOptions = {
  mutate:
    files.length > 0
      ? files
      : ['src/domain/**/*.ts', 'src/application/**/*.ts', 'src/admin/diagnosis/**/*.ts'],
  // Copies only what the tests of the pure folders load.
  ignorePatterns: ['**', '!src/**', '!test/**', '!package.json'],
  plugins: ['runner.ts', 'ignore-texts.ts'].map(name => join(import.meta.dirname, name)),
  testRunner: 'pure',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // tap keeps some 50 kB of every test that has run.
  maxTestRunnerReuse: 1_000,
  ignorers: ['texts'],
  // A constant of a file is computed once for all mutants. Its mutants would need a process each.
  ignoreStatic: true,
  // Node strips the types and checks none, and TypeScript 7 has no API that could rewrite tsconfig.json.
  disableTypeChecks: false,
  tsconfigFile: 'none',
  tempDirName: '.mutation/sandbox',
  cleanTempDir: 'always',
  reporters: ['json', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  jsonReporter: { fileName: '.mutation/report.json' },
  allowConsoleColors: process.stdout.isTTY,
}

const mutants = await new Stryker(options).runMutationTest()
process.stdout.write(`${summaryOf(mutants)}\n`)
if (files.length === 0) writeDocument(mutants)
const score = scoreOf(mutants)
process.stdout.write(`${score.toFixed(1)}% of the mutants were killed; at least ${leastScore}% must be\n`)
process.exit(score >= leastScore ? 0 : 1)
