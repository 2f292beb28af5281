package runner

import (
	"fmt"
	"time"
)

// nativeText prints what a compiled cell panicked with, as the Go runtime does.
func nativeText(v any) string {
	switch v := v.(type) {
	case string:
		return nativePlain(v)
	case error:
		return textOf(v, v.Error)
	case fmt.Stringer:
		return textOf(v, v.String)
	}
	return textOf(v, func() string { return fmt.Sprint(v) })
}

// textLimit is how long the methods of a value may take to tell its text.
const textLimit = 3 * time.Second

// textOf is the text of v, which one of its methods tells: it is the user's, so it may panic, end its
// goroutine or never return. In the last case its goroutine is left behind.
func textOf(v any, tell func() string) string {
	told := make(chan string, 1)
	go func() {
		text := fmt.Sprintf("a %T that panics when it is printed", v)
		defer func() {
			recover()
			told <- text
		}()
		text = tell()
	}()
	late := time.NewTimer(textLimit)
	defer late.Stop()
	select {
	case text := <-told:
		return nativePlain(text)
	case <-late.C:
		return nativePlain(fmt.Sprintf("a %T whose text is not told in %s", v, textLimit))
	}
}
