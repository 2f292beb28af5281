// Package celltest reads cases that are text: cells, and under each what comes of it.
//
//	Variables that are declared anew.
//
//	== old callers see a redefined function
//	> func inner() int { return 1 }
//	> func outer() int { return inner() * 10 }
//	.
//	> outer()
//	= 10
//	> panic("no")
//	! panic: no
//
// A file begins with what it is about. "== name" begins a case, whose cells share a session.
// Lines behind "> " are one cell; its answer follows. What the lines of an answer mean is
// said by the test that runs the file. Those of sessions (interp.TestTranscripts) are what the
// user sees: printed lines as they are, then "= " before the result, "! " before an error, or
// "." for neither. A line that would be taken for one of these has "\" before it.
//
// A line "^C" in an answer is where the cell is interrupted: when it has printed what stands before.
//
// "…" in an answer stands for whatever is there, within a line; a line of it alone stands for
// any number of lines.
//
// A name may end in marks: "[interp]", "[compiled go1.27]". The test says what it does with
// them.
//
// # Tests
//
//	celltest.Run(t, "testdata/*.cells", func(t *testing.T, c *celltest.Case) {
//		for _, cell := range c.Cells {
//			c.Expect(t, cell, answer(cell.Source))
//		}
//	})
//
// go test -update rewrites answers that are not what is expected; look at the difference
// before you keep it. go test -cells FILE runs other files than those of the test. A test that
// wants to know why a case fails runs it alone: -run 'TestTranscripts/FILE/NAME'.
//
// The package is for tests only, and imports nothing of Parago.
package celltest
