// Package pyenv gives tests a Python interpreter that has the packages they need.
//
//	python := pyenv.Python(t, "jupyter_client")
//	out, err := exec.Command(python, "testdata/silent.py").CombinedOutput()
//
// An environment is made on first use, from PyPI, and kept in the user's cache folder
// (PARAGO_TEST_CACHE names another), so that the second run of the tests starts at once.
// Its folder is named for the Python version and the requirements: a changed pin makes a
// new one. Packages of tests that run at the same time wait for the one that builds it.
//
// All packages that requirements.txt pins share one environment; asking for any of them,
// or for none, gives that one. Other packages get an environment of their own.
//
// Where it cannot be made (no Python, no network) the test is skipped with the reason, and
// fails if the variable CI is set. The package never touches the user's own Python packages.
package pyenv
