package main

// #cgo LDFLAGS: -lchecks
// unsigned checks_sum(const char *s);
import "C"

import "fmt"

func main() {
	fmt.Println("sum:", uint32(C.checks_sum(C.CString("archive-0001"))))
}
