import t from 'tap'
import * as access from '../../src/application/access/index.ts'
import * as connection from '../../src/application/connection/index.ts'
import * as mail from '../../src/application/email/index.ts'
import * as ingestion from '../../src/application/ingestion/index.ts'
import * as performance from '../../src/application/performance/ports.ts'
import { startTestProduct } from '../support/test-product.ts'

t.test('the container provides every exported use case and port as a single instance', async t => {
  const { container } = (await startTestProduct(t)).product
  const modules = Object.entries({ access, connection, ingestion, mail, performance })
  for (const [name, module] of modules) {
    const classes = Object.values<unknown>(module).filter(isClass)
    t.ok(classes.length > 0, `${name} has use cases`)
    for (const exportedClass of classes) {
      const instance = container.get<object>(exportedClass)
      t.ok(instance instanceof exportedClass, `${name}: ${exportedClass.name}`)
      t.equal(container.get(exportedClass), instance)
    }
  }
})

const isClass = (value: unknown): value is new () => object =>
  typeof value === 'function' &&
  /^class\b/.test(Function.prototype.toString.call(value)) &&
  !(value.prototype instanceof Error)
