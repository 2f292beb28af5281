// Package process is the interpreter process: it loads declarations, runs cells and serves as a worker.
package process
