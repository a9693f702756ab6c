// Package cardreader talks to the card terminal through the vendor's C library.
package cardreader

// #cgo linux,amd64 LDFLAGS: -L${SRCDIR}/lib -lcardreader_linux_amd64
// int reader_serial(char *out, unsigned long n);
import "C"

// Serial returns the serial number.
func Serial() string {
	var buf [32]C.char
	C.reader_serial(&buf[0], 32)
	return C.GoString(&buf[0])
}
