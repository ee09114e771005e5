/** A test by its title, or a section of a document by its heading. */
export type Proof =
  | { readonly file: string; readonly test: string }
  | { readonly document: string; readonly heading: string }

export type Requirement =
  | { readonly status: 'met'; readonly control: string; readonly proofs: readonly Proof[] }
  | { readonly status: 'not applicable'; readonly reason: string }
  | { readonly status: 'not met'; readonly plan: string }

export interface Chapter {
  readonly title: string
  /** By id, in the order of the standard. */
  readonly requirements: Readonly<Record<string, Requirement>>
}

export const met = (control: string, ...proofs: readonly [Proof, ...Proof[]]): Requirement => ({
  status: 'met',
  control,
  proofs,
})

export const notApplicable = (reason: string): Requirement => ({ status: 'not applicable', reason })

export const notMet = (plan: string): Requirement => ({ status: 'not met', plan })

/** @param file below `test` */
export const proofIn =
  (file: string) =>
  (test: string): Proof => ({ file: `test/${file}`, test })

/** @param document below `docs` */
export const section = (document: string, heading: string): Proof => ({
  document: `docs/${document}`,
  heading,
})
