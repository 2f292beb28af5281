// Package kerneltest tests kernels as net/http/httptest tests servers: with a real
// kernel on real sockets, and a client that checks every message against the
// protocol. It turns on Server.
//
//	s := kerneltest.Start(t, newEvaluator, kernel.Options{})
//	x := s.Execute("1 + 1")
//	if x.Result() != "2" { … }
//
// Conversations are text files that say what a client sends and what it must get;
// see Converse. A case is added by writing what the client sends and running the
// test with -update.
//
// A Server lives as long as its test, and ends with it: the kernel is shut down and
// must end without error. kerneltest never starts processes itself.
package kerneltest
