// Package ringbuf is a ring buffer.
package ringbuf

// Size of it.
const Size = 64
