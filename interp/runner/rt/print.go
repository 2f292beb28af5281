package rt

import (
	"fmt"
	"io"
	"log"
)

// own says whether what the calling goroutine prints is the current cell's output. It
// ends a goroutine that is halted, and so the loop that only prints.
func own() (*Cell, bool) {
	Check()
	c := Here()
	return c, c == nil || c == current()
}

// Print is fmt.Print, to the output of the goroutine's own cell.
func Print(a ...any) (int, error) {
	MustEnd(a)
	if c, ok := own(); !ok {
		return host().Output(c, fmt.Append(nil, a...))
	}
	return fmt.Print(a...)
}

// Printf is fmt.Printf, to the output of the goroutine's own cell.
func Printf(format string, a ...any) (int, error) {
	MustEndf(format, a)
	if c, ok := own(); !ok {
		return host().Output(c, fmt.Appendf(nil, format, a...))
	}
	return fmt.Printf(format, a...)
}

// Println is fmt.Println, to the output of the goroutine's own cell.
func Println(a ...any) (int, error) {
	MustEnd(a)
	if c, ok := own(); !ok {
		return host().Output(c, fmt.Appendln(nil, a...))
	}
	return fmt.Println(a...)
}

// Sprint is fmt.Sprint. It and those below end the cell if a value contains itself.
func Sprint(a ...any) string {
	MustEnd(a)
	return fmt.Sprint(a...)
}

// Sprintf is fmt.Sprintf.
func Sprintf(format string, a ...any) string {
	MustEndf(format, a)
	return fmt.Sprintf(format, a...)
}

// Sprintln is fmt.Sprintln.
func Sprintln(a ...any) string {
	MustEnd(a)
	return fmt.Sprintln(a...)
}

// Fprint is fmt.Fprint.
func Fprint(w io.Writer, a ...any) (int, error) {
	MustEnd(a)
	return fmt.Fprint(w, a...)
}

// Fprintf is fmt.Fprintf.
func Fprintf(w io.Writer, format string, a ...any) (int, error) {
	MustEndf(format, a)
	return fmt.Fprintf(w, format, a...)
}

// Fprintln is fmt.Fprintln.
func Fprintln(w io.Writer, a ...any) (int, error) {
	MustEnd(a)
	return fmt.Fprintln(w, a...)
}

// Append is fmt.Append.
func Append(b []byte, a ...any) []byte {
	MustEnd(a)
	return fmt.Append(b, a...)
}

// Appendf is fmt.Appendf.
func Appendf(b []byte, format string, a ...any) []byte {
	MustEndf(format, a)
	return fmt.Appendf(b, format, a...)
}

// Appendln is fmt.Appendln.
func Appendln(b []byte, a ...any) []byte {
	MustEnd(a)
	return fmt.Appendln(b, a...)
}

// Errorf is fmt.Errorf.
func Errorf(format string, a ...any) error {
	MustEndf(format, a)
	return fmt.Errorf(format, a...)
}

// LogPrint is log.Print.
func LogPrint(a ...any) {
	MustEnd(a)
	log.Output(2, fmt.Sprint(a...))
}

// LogPrintf is log.Printf.
func LogPrintf(format string, a ...any) {
	MustEndf(format, a)
	log.Output(2, fmt.Sprintf(format, a...))
}

// LogPrintln is log.Println.
func LogPrintln(a ...any) {
	MustEnd(a)
	log.Output(2, fmt.Sprintln(a...))
}

// Stdin is what cells read: in a session, it asks the user.
func Stdin() io.Reader { return host().Stdin() }

// Scan is fmt.Scan, from Stdin.
func Scan(a ...any) (int, error) { return fmt.Fscan(Stdin(), a...) }

// Scanf is fmt.Scanf, from Stdin.
func Scanf(format string, a ...any) (int, error) { return fmt.Fscanf(Stdin(), format, a...) }

// Scanln is fmt.Scanln, from Stdin.
func Scanln(a ...any) (int, error) { return fmt.Fscanln(Stdin(), a...) }
