/**
 * `node test/mutation/command.ts [FILE…]`: mutates the pure sources and counts the mutants that a test kills.
 * Exits with 1 below the minimum score. With files, mutates only these and writes no document.
 */
import { join } from 'node:path'
import type { PartialStrykerOptions } from '@stryker-mutator/api/core'
import { Stryker } from '@stryker-mutator/core'
import { formatSummary, scoreOf, writeDocument } from './report.ts'

const minScore = 85

process.chdir(join(import.meta.dirname, '../..'))
const files = process.argv.slice(2)
// A fixed seed and the default counts keep the score stable.
process.env['TEST_SEED'] = '1'
delete process.env['PROVE']

const options: PartialStrykerOptions = {
  mutate:
    files.length > 0
      ? files
      : [
          'src/domain/**/*.ts',
          'src/application/**/*.ts',
          'src/admin/{audit,diagnosis,requests,users,view-as}/**/*.ts',
        ],
  // Copies only what the tests of the pure folders load.
  ignorePatterns: ['**', '!src/**', '!test/**', '!package.json'],
  plugins: ['runner.ts', 'ignore-texts.ts'].map(name => join(import.meta.dirname, name)),
  testRunner: 'pure',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // tap keeps about 50 kB in memory for every test that ran.
  maxTestRunnerReuse: 1_000,
  ignorers: ['texts'],
  // A module-level constant is computed once for all mutants; its mutants would each need a process.
  ignoreStatic: true,
  // Node strips types without checking, and TypeScript 7 has no API that could rewrite tsconfig.json.
  disableTypeChecks: false,
  tsconfigFile: 'none',
  tempDirName: '.mutation/sandbox',
  cleanTempDir: 'always',
  reporters: ['json', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  jsonReporter: { fileName: '.mutation/report.json' },
  allowConsoleColors: process.stdout.isTTY,
}

const mutants = await new Stryker(options).runMutationTest()
process.stdout.write(`${formatSummary(mutants)}\n`)
if (files.length === 0) writeDocument(mutants)
const score = scoreOf(mutants)
process.stdout.write(`${score.toFixed(1)}% of the mutants were killed; the minimum is ${minScore}%\n`)
process.exit(score >= minScore ? 0 : 1)
