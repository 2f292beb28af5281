// Package command runs the command line from outside: testdata/*.txt are command lines and what
// they answer. TestScripts says what a script may hold.
package command
