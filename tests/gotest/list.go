package gotest

import (
	"fmt"
	"os"
	"strings"
)

// A List is names with what is said about each: lines of a text file, of which those that
// begin with # are comments.
type List map[string]string

// ReadList reads a list. Each line is a name of one or more words, and words about it.
func ReadList(file string, words int) (List, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	list := List{}
	for n, line := range strings.Split(string(data), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) <= words {
			return nil, fmt.Errorf("%s:%d: nothing is said about %s", file, n+1, line)
		}
		name := strings.Join(fields[:words], " ")
		if list[name] != "" {
			return nil, fmt.Errorf("%s:%d: %s is there twice", file, n+1, name)
		}
		list[name] = strings.Join(fields[words:], " ")
	}
	return list, nil
}
