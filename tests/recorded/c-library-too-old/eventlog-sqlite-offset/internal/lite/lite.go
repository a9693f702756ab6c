// Package lite is a small binding of SQLite 3.38 or newer.
package lite

// #cgo LDFLAGS: -lsqlite3
// #include <sqlite3.h>
import "C"

// Version of the library.
func Version() string { return C.GoString(C.sqlite3_libversion()) }

// ErrorOffset is where the last statement was wrong.
func ErrorOffset() int { return int(C.sqlite3_error_offset(nil)) }
