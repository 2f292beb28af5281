package rt

import (
	"fmt"
	"io"
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
	if c, ok := own(); !ok {
		return host().Output(c, fmt.Append(nil, a...))
	}
	return fmt.Print(a...)
}

// Printf is fmt.Printf, to the output of the goroutine's own cell.
func Printf(format string, a ...any) (int, error) {
	if c, ok := own(); !ok {
		return host().Output(c, fmt.Appendf(nil, format, a...))
	}
	return fmt.Printf(format, a...)
}

// Println is fmt.Println, to the output of the goroutine's own cell.
func Println(a ...any) (int, error) {
	if c, ok := own(); !ok {
		return host().Output(c, fmt.Appendln(nil, a...))
	}
	return fmt.Println(a...)
}

// Stdin is what cells read: in a session, it asks the user.
func Stdin() io.Reader { return host().Stdin() }

// Scan is fmt.Scan, from Stdin.
func Scan(a ...any) (int, error) { return fmt.Fscan(Stdin(), a...) }

// Scanf is fmt.Scanf, from Stdin.
func Scanf(format string, a ...any) (int, error) { return fmt.Fscanf(Stdin(), format, a...) }

// Scanln is fmt.Scanln, from Stdin.
func Scanln(a ...any) (int, error) { return fmt.Fscanln(Stdin(), a...) }
