// Package e2e prepares Parago as a user has it, for tests from outside: built, installed
// as a kernel under a temporary prefix, seen by a real Jupyter.
//
//	in := e2e.Install(t)
//	in.Pytest(t, "test_protocol.py")
//	out, err := in.Command("parago", "version").CombinedOutput()
//
// An Installation lives as long as its test: its prefix, its home and the kernels' own
// files are in the test's temporary folder. The binary and what Parago caches (the host of
// native cells) are kept between runs in the tests' cache folder, which PARAGO_TEST_CACHE
// names, since both take the compiler a while.
//
// The package looks inside nothing: it imports no other package of Parago but pyenv.
package e2e
