// SPDX-License-Identifier: Apache-2.0
/**
 * Mocha would `require` the tests, and whatever is loaded later with `import()` would be there twice: two classes `TallyError`, two of every
 * cache. Told that Node cannot do that, it imports them: one copy of each module, of the kind that runs in production.
 */
Object.defineProperty(process.features, "require_module", { value: false });
