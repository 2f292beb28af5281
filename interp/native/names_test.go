package native

import "testing"

func TestUserFunction(t *testing.T) {
	t.Parallel()
	user := userFunction("parago/cells/")
	for _, c := range []struct{ name, want string }{
		{"parago/cells/01ab.Ⲡ۰run", "main.main"},
		{"parago/cells/01ab.Ⲡ۰run.func1.2", "main.main.func1.2"},
		{"parago/cells/01ab.Ⲡfunc۰12", "main.main.func12"},
		{"parago/cells/01ab.Ⲡfunc۰12.func1", "main.main.func12.func1"},
		{"parago/cells/01ab.(*Ⲡlit۰12).Call", "main.main.func12.1"},
		{"parago/cells/01ab.(*Ⲡlit۰12).Call.func1", "main.main.func12.1.func1"},
		{"parago/cells/01ab.(*Ⲡlit۰12).Call-fm", "main.main.func12.1-fm"},
		{"parago/cells/01ab.(*Ⲡlit۰12[...]).Call", "main.main.func12.1"},
		{"parago/cells/01ab.(*Ⲡlit۰12[go.shape.int]).Call", "main.main.func12.1"},
		{"parago/cells/01ab.Ⲡlits۰12[...].Call-fm", "main.main.func12.2-fm"},
		{"parago/cells/01ab.Ⲡsquare", "main.square"},
		{"parago/cells/01ab.Ⲡsquare۰2.func1", "main.square.func1"},
		{"parago/cells/01ab.Ⲡvia۰square", "main.square"},
		{"parago/cells/01ab.ⲠP۰area۰3", "main.P.area"},
		{"parago/cells/01ab.(*P).Ⲡarea", "main.(*P).area"},
		{"parago/cells/01ab.P.Area-fm", "main.P.Area-fm"},
		{"parago/cells/01ab.Ⲡmapped[go.shape.int]", "main.mapped[go.shape.int]"},
		{"slices.IndexFunc[go.shape.[]parago/cells/01ab.P,parago/cells/02.Q]", "slices.IndexFunc[go.shape.[]main.P,main.Q]"},
		{"example.com/parago.Ⲡf۰2", "example.com/parago.Ⲡf۰2"},
		{"parago/cells/01ab.init.0", "main.init.0"},
	} {
		if got := user(c.name); got != c.want {
			t.Errorf("%s is %s, want %s", c.name, got, c.want)
		}
	}
}
