// Package toolchaintest has the toolchain that all tests compile cells with.
//
//	tc := toolchaintest.Prepared(t)
//	s, err := interp.New(interp.Options{Engine: interp.Native, Toolchain: tc})
//
// What it builds, which takes a minute, is kept from one run of the tests to the next in
// the user's cache, or in the folder that PARAGO_TEST_CACHE names.
package toolchaintest
