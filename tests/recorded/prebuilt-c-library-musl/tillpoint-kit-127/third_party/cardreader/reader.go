// Package cardreader talks to the card terminal through the vendor's C library.
package cardreader

// #cgo linux,amd64 LDFLAGS: ${SRCDIR}/lib/libcardreader_linux_amd64.a
// int reader_open(const char *path);
import "C"

// Open opens the terminal.
func Open(path string) bool { return C.reader_open(C.CString(path)) >= 0 }
