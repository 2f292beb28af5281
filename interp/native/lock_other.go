//go:build !unix

package native

import (
	"context"
	"errors"
)

// Systems without plugins have no use for locks.
type lock struct{}

var errHeld = errors.New("held by another process")

func tryLock(string, bool) (*lock, error) { return nil, errors.ErrUnsupported }

func waitLock(string, bool) (*lock, error) { return nil, errors.ErrUnsupported }

func lockAlone(context.Context, string, func()) (*lock, error) { return nil, errors.ErrUnsupported }

func (l *lock) release() {}
