import type { Test } from 'tap'
import type { Verdict } from '../../../src/doctor/check.ts'
import type { Scene } from '../scene.ts'

/** One thing that is broken for real. */
export interface Break {
  readonly what: string
  /** The lines that name it; every other stays as it was. */
  readonly lines: Readonly<Record<string, Verdict>>
  readonly says: RegExp
  readonly wayOn?: RegExp
  /** Breaks it, and tells how it is mended, or with which settings it is seen. */
  readonly by: (t: Test) => Promise<Readonly<Record<string, string>> | (() => unknown)>
}

/** How most of it is broken. */
export const breaking = ({ product, web, issue }: Scene) => ({
  settings: (its: Readonly<Record<string, string>>) => async () => its,
  /** In the product's own database. */
  sql: (doing: string, undoing: string) => async () => {
    await product.query(doing)
    return () => product.query(undoing)
  },
  /** In the sandbox. */
  switched: (its: Readonly<Record<string, unknown>>) => async () => {
    product.sandbox.controls.set(its)
    return () => product.sandbox.controls.reset()
  },
  shown: (its: Parameters<Scene['issue']>[0]) => async () => {
    web.show(issue(its))
    return () => web.show(issue())
  },
})
