/** S-20 to S-25 hold for every job store: runs their journeys with MongoDB as the job store. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startMongo } from '../integration/servers/mongo.ts'
import { randomNumbers, shuffled } from '../support/seed.ts'
import { repetitions } from './repetitions.ts'

const project = join(import.meta.dirname, '../..')
const loadScenario = /\bS-2[0-5]\b/

const files = globSync('test/journeys/**/*.test.ts', { cwd: project })
  .sort()
  .filter(file => loadScenario.test(readFileSync(join(project, file), 'utf8')))

const { count, seed } = repetitions(1, files.length)

t.test(
  `S-20 S-21 S-22 S-23 S-24 S-25 journeys pass with jobs in MongoDB (${count} of ${files.length}, seed ${seed})`,
  async t => {
    const mongo = await startMongo(t)
    const env = { ...process.env, TEST_JOBS_URL: mongo.url }
    for (const file of shuffled(files, randomNumbers(seed)).slice(0, count)) {
      await t.spawn(process.execPath, [file], { cwd: project, env, timeout: 600_000 }, file)
    }
  },
)
