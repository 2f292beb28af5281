// Package replay runs cases of package celltest in sessions, on each engine that there is:
// both must print the same. It is for the tests of sessions, here and from outside.
//
//	func TestTranscripts(t *testing.T) { replay.Run(t, "testdata/*.cells") }
//
// The test binary is the interpreter process of its sessions, so its TestMain is Main.
package replay
