package tests

import (
	"os"
	"path"
	"strings"
	"testing"
)

// An allowance is the table of testdata/allow.txt and which of its lines were of use.
type allowance struct {
	lines map[[2]string]bool // rule and place → used
}

func readAllow(t *testing.T) allowance {
	data, err := os.ReadFile("testdata/allow.txt")
	if err != nil {
		t.Fatal(err)
	}
	a := allowance{map[[2]string]bool{}}
	for n, line := range strings.Split(string(data), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) < 5 {
			t.Errorf("testdata/allow.txt:%d: want a rule, path:name and a reason", n+1)
			continue
		}
		a.lines[[2]string{fields[0], fields[1]}] = false
	}
	return a
}

// has reports whether a finding is allowed, by its file, by its folder or by one above.
func (a allowance) has(rule string, f finding) bool {
	places := []string{f.file + ":" + f.name, path.Dir(f.file) + ":" + f.name}
	for folder := path.Dir(f.file); folder != "."; folder = path.Dir(folder) {
		places = append(places, folder+"/...:"+f.name)
	}
	for _, place := range places {
		if _, ok := a.lines[[2]string{rule, place}]; ok {
			a.lines[[2]string{rule, place}] = true
			return true
		}
	}
	return false
}

func (a allowance) unused(rule string) (places []string) {
	for line, used := range a.lines {
		if line[0] == rule && !used {
			places = append(places, line[0]+" "+line[1])
		}
	}
	return places
}
