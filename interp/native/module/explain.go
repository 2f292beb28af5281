package module

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/parago/parago/interp/native"
)

// A problem is what the go command has said, in words for somebody who has imported a
// package in a cell.
type problem struct {
	words string
	said  string
}

func (p *problem) Error() string { return p.words }

// maxLines is how many lines of a compiler's are shown.
const maxLines = 8

// An explanation is for what the go command says in a kind of cases.
type explanation struct {
	said   *regexp.Regexp
	words  func(what string, m []string) string // m are the submatches of said
	detail bool                                 // what was said is worth reading too
}

// explanations are tried in order. What is none of them stays as it is said.
func explanations() []explanation {
	return []explanation{
		{regexp.MustCompile(`C compiler "(.*?)" not found|exec: "(gcc|cc|clang|g\+\+|c\+\+|clang\+\+)": executable file not found`), func(what string, m []string) string {
			return fmt.Sprintf("%s has C in it, and there is no C compiler %s: %s", what, m[1]+m[2], native.InstallC(m[2] != "" && strings.Contains(m[2], "+")))
		}, false},
		{regexp.MustCompile(`exec: "(git|hg|svn|fossil|bzr)": executable file not found`), func(what string, m []string) string {
			return fmt.Sprintf("%s is not to be had from a module proxy, and there is no %s to get it from where it is kept", what, m[1])
		}, false},
		{regexp.MustCompile(`exec: "pkg-config": executable file not found|Package (\S+) was not found in the pkg-config search path`), func(what string, m []string) string {
			if m[1] == "" {
				return what + " is made of a C library that it looks for with pkg-config, which is not there"
			}
			return fmt.Sprintf("%s needs the C library %s with its headers, which pkg-config does not find", what, m[1])
		}, true},
		{regexp.MustCompile(`fatal error: (\S+\.h\S*): No such file or directory`), func(what string, m []string) string {
			return fmt.Sprintf("%s needs a C library whose header %s is not there", what, m[1])
		}, true},
		{regexp.MustCompile(`module lookup disabled by GOPROXY=off`), func(what string, _ []string) string {
			return what + " cannot be fetched, as GOPROXY is off, and Go's module cache does not have it"
		}, false},
		{unreachable, func(what string, _ []string) string {
			return what + " cannot be fetched: the network, or what GOPROXY names, cannot be reached, and Go's module cache does not have it"
		}, true},
		{regexp.MustCompile(`module (\S+?)@(\S+) found(?: \(([^,)]*)[^)]*\))?, but does not contain package (\S+)`), func(_ string, m []string) string {
			return fmt.Sprintf("%s %s has no package %s", m[1], cmp.Or(m[3], m[2]), m[4])
		}, false},
		{regexp.MustCompile(`package (\S+) is not in std`), func(what string, m []string) string {
			if m[1] == what {
				return what + " is in no module of this session"
			}
			return fmt.Sprintf("%s, which %s needs, is in no module", m[1], what)
		}, false},
		{regexp.MustCompile(`requires go >= (\S+) \(running go (\S+?)[;)]`), func(what string, m []string) string {
			return fmt.Sprintf("%s needs Go %s, and this is Go %s; an older version of it may do: %%get PATH@VERSION", what, m[1], m[2])
		}, false},
		{regexp.MustCompile(`SECURITY ERROR`), func(what string, _ []string) string {
			return what + " is not what its checksum says, and is not used:"
		}, true},
		{regexp.MustCompile(`malformed (module|import) path "?(.*?)"?: (.*)`), func(_ string, m []string) string {
			return fmt.Sprintf("%s is no path of a module: %s", m[2], m[3])
		}, false},
		{regexp.MustCompile(`: 4[0-9][0-9] |reading file:\S+: no such file|not found: |[Rr]epository not found|could not read Username|unrecognized import path|no matching versions for query "latest"`), func(what string, _ []string) string {
			return what + " is in no module that can be found: its path may be misspelt, or it is private, and GOPRIVATE and a login are needed"
		}, true},
	}
}

// explain puts what the go command has said of a package or a module into words.
func (s *step) explain(what, said string) error {
	said = s.absolute(tidied(said))
	for _, e := range explanations() {
		if m := e.said.FindStringSubmatch(said); m != nil {
			words := e.words(what, m)
			if e.detail {
				words += detail(said)
			}
			return &problem{words: words, said: said}
		}
	}
	if rest, ok := strings.CutPrefix(said, "# "); ok { // a compiler's
		pkg, rest, _ := strings.Cut(rest, "\n")
		if pkg == what {
			return &problem{words: what + " does not compile:" + detail(rest), said: said}
		}
		return &problem{words: fmt.Sprintf("%s, which %s needs, does not compile:%s", pkg, what, detail(rest)), said: said}
	}
	return &problem{words: said, said: said}
}

// tidied leaves out what the go command tells of its work.
func tidied(said string) string {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(said)) {
		line = strings.TrimRight(line, "\n")
		rest := strings.TrimPrefix(line, "go: ")
		if rest != line && (strings.HasPrefix(rest, "downloading ") || strings.HasPrefix(rest, "finding ") || strings.HasPrefix(rest, "added ") || strings.HasPrefix(rest, "found ")) {
			continue
		}
		lines = append(lines, rest)
	}
	return strings.Join(lines, "\n")
}

// detail is what was said, on lines of its own below a sentence.
func detail(said string) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(said) {
		if n++; n > maxLines {
			b.WriteString("\n\t…")
			break
		}
		b.WriteString("\n\t" + strings.TrimSpace(line))
	}
	return b.String()
}

// relative is a file's name as the go command shortens it.
var relative = regexp.MustCompile(`(^|\s)(\.\.?/[^\s:]+\.\w+:\d+)`)

// absolute names files by their full names, as nobody knows the folder that go runs in.
func (s *step) absolute(said string) string {
	return relative.ReplaceAllStringFunc(said, func(match string) string {
		m := relative.FindStringSubmatch(match)
		return m[1] + filepath.Join(s.dir, m[2])
	})
}
