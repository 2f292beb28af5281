package module

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
)

// unreachable is what the go command says, or git for it, if there is no network, or none
// that leads to where a module is.
var unreachable = regexp.MustCompile(`dial (tcp|udp)|no such host|connection refused|connection reset|i/o timeout|TLS handshake timeout|network is unreachable|no route to host|Temporary failure in name resolution|server misbehaving|proxyconnect|Could not resolve host|Failed to connect to|Connection timed out|50[234] |module lookup disabled by GOPROXY=off`)

// offline are settings for the go command under which it gets modules from its cache
// alone: that has the form of a proxy.
func (s *step) offline(ctx context.Context) ([]string, error) {
	out, err := s.goCommand(ctx, nil, "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	cache := filepath.ToSlash(filepath.Join(strings.TrimSpace(string(out)), "cache", "download"))
	return []string{"GOPROXY=file://" + cache, "GONOPROXY=none"}, nil
}

// fromCache is said of what was found without network.
const fromCache = " (offline: from Go's module cache)"

// listAnyhow lists packages, and where the network is missing, gets them from the go command's
// cache if they are there. The note says that it did.
func (s *step) listAnyhow(ctx context.Context, todo work, paths []string) (l *listing, note string, err error) {
	l, err = s.list(ctx, todo, nil, paths)
	if err != nil {
		return nil, "", err
	}
	var missing []string
	for path, why := range l.failed {
		if said(why, unreachable) {
			missing = append(missing, path)
		}
	}
	if len(missing) == 0 {
		return l, "", nil
	}
	env, err := s.offline(ctx)
	if err != nil {
		return nil, "", err
	}
	again, err := s.list(ctx, todo, env, paths)
	if err != nil {
		return nil, "", err
	}
	for _, path := range missing {
		if _, ok := again.packages[path]; ok {
			note = fromCache
		} else {
			again.failed[path] = l.failed[path] // the first failure says more
		}
	}
	return again, note, nil
}

// said reports whether an error is of what the go command has said.
func said(err error, what *regexp.Regexp) bool {
	var p *problem
	return errors.As(err, &p) && what.MatchString(p.said)
}
