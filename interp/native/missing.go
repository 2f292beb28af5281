package native

// A Missing error says what cells cannot be compiled without.
type Missing struct {
	What   string // "a C compiler"
	Why    string // "gcc is not on PATH"
	Remedy string // "apt-get install gcc libc6-dev"; "" if there is none
}

func (m *Missing) Error() string {
	text := "compiling cells needs " + m.What + ": " + m.Why
	if m.Remedy != "" {
		text += " (" + m.Remedy + ")"
	}
	return text
}
