// Package modules holds what other people's modules do in cells and in workers: with assembly,
// with C, with much code, with what only some machines have. The cases of testdata/*.cells
// run always, those of testdata/long with PARAGO_LONG: to compile all of these takes minutes.
// Modules come by the user's own way, from a proxy or the module cache; where none can be
// had, the tests are skipped, and fail if the variable CI is set.
//
// A case is written as docs/testing.md says. Modules are those of today, so an answer must not
// depend on their version: a line "…" stands for what is told of fetching them.
package modules
