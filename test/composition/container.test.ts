import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceIdentifier } from 'inversify'
import t from 'tap'
import { startTestProduct } from '../support/product/test-product.ts'

/** Made by the use case that needs them. */
const parts = ['RateLimitedCalls', 'ReportDownload', 'ReportUpdater']
const source = join(import.meta.dirname, '../../src')

t.test('the container provides each use case and port as a single instance', async t => {
  const { container } = (await startTestProduct(t)).product
  const classes = (await Promise.all(['application', 'admin'].map(classesIn))).flat()

  t.ok(classes.length > 120, `${classes.length} classes`)
  for (const token of classes) {
    const instance = container.get(token)
    t.type(instance, 'object')
    t.equal(container.get(token), instance)
  }
})

/** Classes that take their dependencies as one object, and abstract classes. */
async function classesIn(layer: string): Promise<ServiceIdentifier<object>[]> {
  const found = readdirSync(join(source, layer), { recursive: true, encoding: 'utf8' }).flatMap(file => {
    if (!file.endsWith('.ts')) return []
    const text = readFileSync(join(source, layer, file), 'utf8')
    const classes = text.matchAll(/export (abstract )?class (\w+)( extends \w+)? \{([\s\S]*?)\n\}/g)
    return [...classes]
      .filter(([, isAbstract, name = '', parent, body = '']) => {
        const isUseCase = body.includes('this.#deps = deps') && !parts.includes(name)
        return !parent && (isAbstract || isUseCase)
      })
      .map(([, , name = '']) => ({ file, name }))
  })
  return Promise.all(
    found.map(
      async ({ file, name }) => (await import(join(source, layer, file)))[name] as ServiceIdentifier<object>,
    ),
  )
}
