// Package shm makes memory that several processes share, without a name in any
// directory: a segment lives as long as somebody holds its file or its mapping.
package shm
