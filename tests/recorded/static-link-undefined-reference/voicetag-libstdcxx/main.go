package main

// #cgo LDFLAGS: -L${SRCDIR}/native -lvoice
// int voice_count(const char *s);
import "C"

import "fmt"

func main() { fmt.Println(int(C.voice_count(C.CString("hello")))) }
