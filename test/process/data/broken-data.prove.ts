import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeDataFolder } from '../../support/product/data-folder.ts'
import { cloneDatabase } from '../../support/servers/cluster.ts'
import { runFailedStart } from '../failed-start.ts'

/** Returns the single line printed by the failed start. */
async function failedStartMessage(
  t: Test,
  dataDirectory: string,
  env: Record<string, string> = {},
): Promise<string> {
  const { code, output } = await runFailedStart({ DATA_DIRECTORY: dataDirectory, ...env })
  t.equal(code, 1)
  t.equal(output.split('\n').length, 1, output)
  return output
}

for (const [name, text] of [
  ['token.key', ''],
  ['session.key', 'garbage'],
] as const) {
  t.test(`S-54 a broken ${name} stops startup with a one-sentence error`, async t => {
    const folder = await makeDataFolder()
    t.teardown(() => folder.discard())
    const database = await cloneDatabase()
    t.teardown(() => database.drop())
    await mkdir(folder.path)
    await writeFile(join(folder.path, name), text)

    const message = await failedStartMessage(t, folder.path, {
      DATABASE_URL: database.url,
      LWA_CLIENT_ID: 'x',
      LWA_CLIENT_SECRET: 'y',
    })

    t.match(message, `${folder.path}/${name} is not a base64 key of 32 bytes: `)
  })
}

t.test('S-54 a file as the data directory or above it stops startup with a one-sentence error', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  await writeFile(folder.path, 'content')

  for (const path of [folder.path, join(folder.path, 'below')]) {
    t.equal(
      await failedStartMessage(t, path),
      `${path} can’t be created: a file with its name, or with the name of a parent folder, already exists. Choose another folder: DATA_DIRECTORY=… npm start`,
    )
  }
})
